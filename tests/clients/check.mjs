// What the scripts share: where the gateway is, and a row of named checks. The first one that fails ends the script.
import assert from 'node:assert/strict';

export const base = process.env.SKY_GATEWAY;

export async function run(checks) {
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      console.log(`ok ${name}`);
    } catch (error) {
      console.error(`failed ${name}: ${error.stack ?? error}`);
      process.exit(1);
    }
  }
}

// Fails with that status and code; returns the error.
export async function fails(promise, status, code) {
  const error = await promise.then(() => assert.fail('it did not fail'), e => e);
  assert.equal(error.status, status, `${error}`);
  if (code) assert.equal(error.code ?? error.error?.error?.code, code);
  return error;
}

// Everything of an asynchronous row.
export async function all(row) {
  const items = [];
  for await (const item of row) items.push(item);
  return items;
}
