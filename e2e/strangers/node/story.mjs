// Stories of calls that build on one another. Each call is a line; the first that fails ends its story and shows the
// org's answer.

import { createRequire } from "node:module";
import { test } from "node:test";

const manifests = createRequire(import.meta.url);

class Ended extends Error {}

/** A package as it is told: its name and its version. */
export function told(name) {
  return `${name} ${manifests("./package.json").dependencies[name]}`;
}

/**
 * Tells a story. `tell` gets a function that makes a call, by its name and what makes it, and gives back what the call
 * gives.
 */
export function story(library, name, tell) {
  const calls = (context) => async (call, make) => {
    let made;
    let failed = true;
    await context.test(`${library}: ${call}`, async () => {
      made = await make();
      failed = false;
    });
    if (failed) throw new Ended();
    return made;
  };
  test(`${library}: ${name}`, async (context) => {
    try {
      await tell(calls(context));
    } catch (error) {
      // The call itself has failed, and told why.
      if (!(error instanceof Ended)) throw error;
    }
  });
}
