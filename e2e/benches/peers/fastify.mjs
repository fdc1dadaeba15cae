// Fastify with jose, as jose's documentation shows it, and no log. Prints its port.

import Fastify from "fastify";
import { createRemoteJWKSet, jwtVerify } from "jose";

import { ANSWER, ISSUER } from "./messages.mjs";

const keys = createRemoteJWKSet(new URL(`${ISSUER}/v1/keys`));

async function authenticated(request, reply) {
  const [, token] = (request.headers.authorization ?? "").match(/^Bearer (.+)$/) ?? [];
  try {
    const { payload } = await jwtVerify(token, keys, { issuer: ISSUER, audience: "api://default", algorithms: ["RS256"] });
    request.jwt = payload;
  } catch (error) {
    reply.code(401).send(error.message);
  }
}

const app = Fastify();
app.get("/compared/messages", async () => ANSWER);
app.get("/api/messages", { preHandler: authenticated }, async () => ANSWER);
await app.listen({ port: 0, host: "127.0.0.1" });
console.log(app.server.address().port);
