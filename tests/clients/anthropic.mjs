import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { all, base, fails, run } from './check.mjs';

const client = new Anthropic({ baseURL: base, apiKey: 'none', maxRetries: 0 });
const say = text => [{ role: 'user', content: `/say ${text}` }];
const tools = [{ name: 'get_weather', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }];
const call = [{ role: 'user', content: '/tool get_weather {"city": "Paris"}' }];

await run({
  async 'a message'() {
    const message = await client.messages.create({ model: 'sim', max_tokens: 50, system: 'Be short.', messages: say('one two three') });
    assert.equal(message.content[0].text, 'one two three');
    assert.equal(message.stop_reason, 'end_turn');
    assert.ok(message.usage.output_tokens > 0);
  },
  async 'a streamed message'() {
    const stream = client.messages.stream({ model: 'sim', max_tokens: 50, messages: say('one two three') });
    assert.equal(await stream.finalText(), 'one two three');
    const events = await all(await client.messages.create({ model: 'sim', max_tokens: 2, messages: say('one two three four'), stream: true }));
    assert.deepEqual([events[0].type, events.at(-1).type], ['message_start', 'message_stop']);
    assert.equal(events.find(e => e.type === 'message_delta').delta.stop_reason, 'max_tokens');
  },
  async 'a tool call'() {
    const message = await client.messages.create({ model: 'sim', max_tokens: 50, tools, messages: call });
    assert.deepEqual([message.stop_reason, message.content[0].name, message.content[0].input], ['tool_use', 'get_weather', { city: 'Paris' }]);
  },
  async 'a streamed tool call'() {
    const message = await client.messages.stream({ model: 'sim', max_tokens: 50, tools, messages: call }).finalMessage();
    assert.deepEqual(message.content[0].input, { city: 'Paris' });
  },
  async 'a model that nobody serves'() {
    const error = await fails(client.messages.create({ model: 'none', max_tokens: 5, messages: say('a') }), 404);
    assert.ok(error instanceof Anthropic.NotFoundError);
    assert.equal(error.error.type, 'error');
    assert.match(error.message, /does not exist/);
  },
  async 'an abort in mid-stream'() {
    const stream = client.messages.stream({ model: 'slow', max_tokens: 50, messages: say('a b c d e f g h') });
    stream.on('text', () => stream.abort());
    await assert.rejects(stream.finalMessage(), Anthropic.APIUserAbortError);
  },
  async 'retries'() {
    for (const status of [408, 409, 429, 500, 529]) {
      const seen = [];
      const patient = new Anthropic({
        baseURL: base, apiKey: 'none', maxRetries: 1,
        fetch: async (url, init) => { const r = await fetch(url, init); seen.push([r.status, r.headers.get('retry-after')]); return r; },
      });
      await patient.messages.create({ model: `flaky-${status}`, max_tokens: 5, messages: say('a') });
      assert.deepEqual(seen, [[status, '1'], [200, null]]);
    }
  },
});
