import assert from 'node:assert/strict';
import OpenAI, { toFile } from 'openai';
import { all, base, fails, run } from './check.mjs';

const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: 'none', maxRetries: 0 });
const say = text => [{ role: 'user', content: `/say ${text}` }];
const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }];
const call = '/tool get_weather {"city": "Paris"}';

await run({
  async 'a chat'() {
    const chat = await client.chat.completions.create({ model: 'sim', messages: say('one two three') });
    assert.equal(chat.choices[0].message.content, 'one two three');
    assert.ok(chat.usage.completion_tokens > 0);
  },
  async 'a streamed chat without usage'() {
    const chunks = await all(await client.chat.completions.create({ model: 'sim', messages: say('one two three'), stream: true }));
    assert.equal(chunks.map(c => c.choices[0]?.delta.content ?? '').join(''), 'one two three');
    assert.ok(chunks.every(c => c.choices.length === 1 && !c.usage));
  },
  async 'a streamed chat with usage'() {
    const chunks = await all(await client.chat.completions.create({ model: 'sim', messages: say('one two'), stream: true, stream_options: { include_usage: true } }));
    assert.ok(chunks.at(-1).usage.total_tokens > 0);
  },
  async 'a tool call'() {
    const chat = await client.chat.completions.create({ model: 'sim', tools, messages: [{ role: 'user', content: call }] });
    assert.equal(chat.choices[0].finish_reason, 'tool_calls');
    assert.deepEqual(JSON.parse(chat.choices[0].message.tool_calls[0].function.arguments), { city: 'Paris' });
  },
  async 'a streamed tool call'() {
    const stream = client.chat.completions.stream({ model: 'sim', tools, messages: [{ role: 'user', content: call }] });
    const message = await stream.finalMessage();
    assert.equal(message.tool_calls[0].function.name, 'get_weather');
    assert.deepEqual(JSON.parse(message.tool_calls[0].function.arguments), { city: 'Paris' });
  },
  async 'a completion'() {
    assert.equal((await client.completions.create({ model: 'sim', prompt: 'x', max_tokens: 3 })).usage.completion_tokens, 3);
  },
  async 'embeddings'() {
    assert.equal((await client.embeddings.create({ model: 'sim', input: ['a', 'b'] })).data.length, 2);
  },
  async 'models'() {
    const models = (await all(client.models.list())).map(m => m.id);
    assert.ok(['sim', 'org/name', 'alias', 'ears'].every(m => models.includes(m)), models.join());
    assert.equal((await client.models.retrieve('org/name')).id, 'org/name');
    assert.equal((await client.models.retrieve('alias')).id, 'alias');
    await fails(client.models.retrieve('none'), 404, 'model_not_found');
  },
  async 'an alias'() {
    assert.equal((await client.chat.completions.create({ model: 'alias', messages: say('a') })).choices[0].message.content, 'a');
  },
  async 'a model that nobody serves'() {
    const error = await fails(client.chat.completions.create({ model: 'none', messages: say('a') }), 404, 'model_not_found');
    assert.ok(error instanceof OpenAI.NotFoundError);
    assert.equal(error.param, 'model');
  },
  async 'a body that is too large'() {
    await fails(client.chat.completions.create({ model: 'sim', messages: say('x'.repeat(2 << 20)) }), 413, 'request_too_large');
  },
  async 'a response and what follows it'() {
    let last = await client.responses.create({ model: 'sim', input: '/say first' });
    assert.equal(last.output_text, 'first');
    for (let turn = 0; turn < 6; turn++) {
      last = await client.responses.create({ model: 'sim', input: `/say turn ${turn}`, previous_response_id: last.id });
      assert.equal(last.output_text, `turn ${turn}`);
    }
    assert.equal((await client.responses.retrieve(last.id)).id, last.id);
    assert.equal((await all(client.responses.inputItems.list(last.id))).length, 7);
    await client.responses.cancel(last.id);
    await client.responses.delete(last.id);
    await fails(client.responses.retrieve(last.id), 404);
    await fails(client.responses.retrieve('resp_none'), 404);
  },
  async 'a streamed response'() {
    const events = await all(await client.responses.create({ model: 'sim', input: '/say one two', stream: true }));
    assert.equal(events.filter(e => e.type === 'response.output_text.delta').map(e => e.delta).join(''), 'one two');
    const id = events.at(-1).response.id;
    for (let turn = 0; turn < 4; turn++) {
      await client.responses.create({ model: 'sim', input: 'x', previous_response_id: id });
    }
  },
  async 'a file'() {
    const file = await toFile(Buffer.alloc(300_000, 7), 'a.wav');
    assert.equal((await client.audio.transcriptions.create({ file, model: 'ears' })).text, 'ears-large 300000');
  },
  async 'pictures and speech'() {
    assert.equal((await client.images.generate({ model: 'brush', prompt: 'a cat' })).data[0].b64_json, 'brush-large');
    const image = await toFile(Buffer.alloc(300_000, 7), 'a.png');
    assert.equal((await client.images.edit({ image, model: 'ears', prompt: 'a dog' })).text, 'ears-large 300000');
    const speech = await client.audio.speech.create({ model: 'brush', voice: 'alloy', input: 'hello' });
    assert.match(Buffer.from(await speech.arrayBuffer()).toString(), /brush-large/);
  },
  async 'an abort in mid-stream'() {
    const controller = new AbortController();
    const stream = await client.chat.completions.create({ model: 'slow', messages: say('a b c d e f g h'), stream: true }, { signal: controller.signal });
    for await (const _ of stream) controller.abort();
  },
  async 'an abort before anything is answered'() {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    await assert.rejects(client.chat.completions.create({ model: 'slow', messages: say('a b c d e f g h') }, { signal: controller.signal }), OpenAI.APIUserAbortError);
  },
  async 'retries'() {
    for (const status of [408, 409, 429, 500, 502, 503]) {
      const seen = [];
      const patient = new OpenAI({
        baseURL: `${base}/v1`, apiKey: 'none', maxRetries: 1,
        fetch: async (url, init) => { const r = await fetch(url, init); seen.push([r.status, r.headers.get('retry-after')]); return r; },
      });
      await patient.chat.completions.create({ model: `flaky-${status}`, messages: say('a') });
      assert.deepEqual(seen, [[status, '1'], [200, null]]);
    }
  },
  async 'a limit of the gateway, waited for as long as it says'() {
    const seen = [];
    const patient = new OpenAI({
      baseURL: `${base}/v1`, apiKey: 'none', maxRetries: 1,
      fetch: async (url, init) => { const r = await fetch(url, init); seen.push([r.status, Number(r.headers.get('retry-after'))]); return r; },
    });
    for (let n = 0; n < 300 && seen.at(-2)?.[0] !== 429; n++) {
      await patient.chat.completions.create({ model: 'limited', messages: say('a') });
    }
    assert.deepEqual(seen.slice(-2).map(s => s[0]), [429, 200]);
    assert.ok(seen.at(-2)[1] >= 1 && seen.at(-2)[1] <= 2, `${seen.at(-2)}`);
  },
  async 'no retry where the replica says so'() {
    const patient = new OpenAI({ baseURL: `${base}/v1`, apiKey: 'none', maxRetries: 3 });
    await fails(patient.chat.completions.create({ model: 'final', messages: say('a') }), 500);
  },
});
