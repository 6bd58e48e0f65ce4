// What the libraries do by themselves after an error: whether, how often, and how long they wait. Nothing is sent and no time passes: `fetch` and the clock are the script's.
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { run } from './check.mjs';

// A time-out of requests, told by its length from a wait, and never over.
const timeout = 123_457;
const waits = [];
const realTimeout = globalThis.setTimeout;
globalThis.setTimeout = (call, time, ...rest) => {
  if (time === timeout) return realTimeout(() => {}, 0);
  waits.push(time);
  return realTimeout(call, 0, ...rest);
};

const chat = { model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'a' }] };
const libraries = {
  openai: options => { const client = new OpenAI({ ...options, apiKey: 'none' }); return () => client.chat.completions.create(chat); },
  anthropic: options => { const client = new Anthropic({ ...options, apiKey: 'none' }); return () => client.messages.create(chat); },
};

// The waits and the counts that a request told of itself when every answer has that status and those headers; a status of 0 is a broken connection.
async function ask(library, status, headers = {}, options = {}) {
  const counts = [];
  waits.length = 0;
  const fetch = async (_, init) => {
    counts.push(new Headers(init.headers).get('x-stainless-retry-count'));
    if (status === 0) throw new TypeError('fetch failed');
    return new Response('{"error":{"message":"no"}}', { status, headers: { 'content-type': 'application/json', ...headers } });
  };
  await assert.rejects(libraries[library]({ baseURL: 'http://127.0.0.1:9', timeout, fetch, ...options })());
  return { counts, waits: [...waits] };
}

const checks = {};
for (const library of Object.keys(libraries)) {
  checks[`${library}: two more tries after 408, 409, 429, 5xx and a broken connection`] = async () => {
    for (const status of [408, 409, 429, 500, 501, 502, 503, 504, 529, 0]) {
      assert.deepEqual((await ask(library, status)).counts, ['0', '1', '2'], `${status}`);
    }
  };
  checks[`${library}: none after other errors`] = async () => {
    for (const status of [400, 401, 403, 404, 413, 422, 499]) {
      assert.deepEqual((await ask(library, status)).counts, ['0'], `${status}`);
    }
  };
  checks[`${library}: x-should-retry decides`] = async () => {
    assert.deepEqual((await ask(library, 500, { 'x-should-retry': 'false', 'retry-after': '1' })).counts, ['0']);
    assert.deepEqual((await ask(library, 400, { 'x-should-retry': 'true' })).counts, ['0', '1', '2']);
  };
  checks[`${library}: waits as long as Retry-After says, however long`] = async () => {
    for (const seconds of [1, 7, 59, 60, 61, 3600]) {
      assert.deepEqual((await ask(library, 429, { 'retry-after': `${seconds}` })).waits, [seconds * 1000, seconds * 1000]);
    }
    assert.deepEqual((await ask(library, 429, { 'retry-after': '7', 'retry-after-ms': '30' })).waits, [30, 30]);
    const [wait] = (await ask(library, 503, { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() })).waits;
    assert.ok(wait > 3_000_000 && wait <= 3_600_000, `${wait}`);
  };
  checks[`${library}: else half a second, doubled up to eight, less up to a quarter`] = async () => {
    for (const status of [500, 0]) {
      const seen = (await ask(library, status, {}, { maxRetries: 7 })).waits;
      const most = [500, 1000, 2000, 4000, 8000, 8000, 8000];
      assert.equal(seen.length, most.length);
      seen.forEach((wait, n) => assert.ok(wait <= most[n] && wait >= most[n] * 0.75, `${seen}`));
    }
  };
}

await run(checks);
