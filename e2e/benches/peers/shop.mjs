// The shop as a Node program has it with better-sqlite3, as durable as the API's: what all peers ask of the database.

import { createHash, randomBytes } from "node:crypto";

import Database from "better-sqlite3";

const database = new Database(process.env.PEERS_BENCH_DATABASE);
for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 5000"]) {
  database.pragma(pragma);
}
const statements = JSON.parse(process.env.PEERS_BENCH_STATEMENTS);
const ask = Object.fromEntries(Object.entries(statements).map(([name, text]) => [name, database.prepare(text)]));

export function products() {
  return { products: ask.products.all(), total: ask.count.get().total };
}

export function product(id) {
  return ask.product.get(id);
}

export function cart({ iss, uid }) {
  const rows = ask.cart.all(iss, uid);
  const lines = rows.filter((row) => row.product_id !== null).map(({ version, ...line }) => line);
  return { version: rows[0]?.version ?? 0, lines, total: total(lines, (line) => line.price ?? 0), changes: [] };
}

function total(lines, price) {
  return lines.reduce((sum, line) => sum + price(line) * line.quantity, 0);
}

class Refused extends Error {}

// Orders a cart; nothing where it is another one, or cannot be had.
export function place(person, key, order) {
  try {
    return placing.immediate(person, key, order);
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

const placing = database.transaction(({ iss, uid }, key, { cart_version, expected_total, address }) => {
  const number = `G-${randomBytes(8).toString("hex").toUpperCase()}`;
  const now = new Date();
  const at = Math.floor(now.getTime() / 1000);
  const fingerprint = createHash("sha256").update(JSON.stringify([cart_version, expected_total, address])).digest();
  changesOne(ask.claimKey.run(iss, uid, key, fingerprint, number, at));
  changesOne(ask.advanceCart.run(iss, uid, cart_version));
  const lines = takeLines(iss, uid);
  const sum = total(lines, (line) => line.unit_price);
  if (sum !== expected_total) throw new Refused();
  const { name, street, extra = "", city, region, postal_code, country } = address;
  const added = ask.addOrder.run(number, iss, uid, sum, at, at, name, street, extra, city, region, postal_code, country);
  lines.forEach((line, position) => {
    ask.addLine.run(added.lastInsertRowid, position, line.product_id, line.name, line.quantity, line.unit_price);
  });
  const placed_at = now.toISOString();
  return { number, placed_at, status: "placed", status_since: placed_at, lines, total: sum, address };
});

function changesOne({ changes }) {
  if (changes !== 1) throw new Refused();
}

// The lines of the cart and their pieces, if there are enough.
function takeLines(iss, uid) {
  const taken = ask.takeLines.all(iss, uid).sort((one, other) => one.position - other.position);
  if (taken.length === 0) throw new Refused();
  return taken.map(({ product_id, quantity }) => {
    const stock = ask.takeStock.get(quantity, product_id, quantity);
    if (stock === undefined) throw new Refused();
    return { product_id, name: stock.name, quantity, unit_price: stock.unit_price };
  });
}
