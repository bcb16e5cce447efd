// Calls the gRPC queue through Connect's own client for Node, over each of its protocols, and prints what went well, a
// line each.
//
// Usage: node check.mjs BASE_URL DESCRIPTORS
//
// The service is read from the descriptor set when this runs: nothing is generated. The server is expected to have three
// places, and one worker whose model says "re: " and the sentence.

import assert from "node:assert/strict";
import { subscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";

import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import {
  compressionGzip,
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";

const [baseUrl, descriptors] = process.argv.slice(2);
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptors)));
const service = registry.getService("connectrpc.eliza.v1.ElizaService");

// The method of each request over HTTP/1.1: whether a GET is one, the client itself doesn't tell.
const methods = [];
subscribe("http.client.request.start", ({ request }) => methods.push(request.method));

// No call takes so long, in milliseconds.
const SOON = 20_000;
const GZIP = { sendCompression: compressionGzip, compressMinBytes: 1 };

// Each way to speak: a stream in both directions needs HTTP/2.
const WAYS = [
  ["gRPC, HTTP/2", createGrpcTransport, {}],
  ["gRPC, HTTP/2, gzip", createGrpcTransport, GZIP],
  ["gRPC-Web, HTTP/1.1", createGrpcWebTransport, { httpVersion: "1.1" }],
  ["gRPC-Web, HTTP/2", createGrpcWebTransport, { httpVersion: "2" }],
  ["gRPC-Web, HTTP/2, gzip", createGrpcWebTransport, { httpVersion: "2", ...GZIP }],
  ["Connect, HTTP/1.1, JSON", createConnectTransport, { httpVersion: "1.1", useBinaryFormat: false }],
  ["Connect, HTTP/1.1, protobuf", createConnectTransport, { httpVersion: "1.1", useBinaryFormat: true }],
  ["Connect, HTTP/1.1, GET", createConnectTransport, { httpVersion: "1.1", useHttpGet: true }],
  ["Connect, HTTP/2, JSON", createConnectTransport, { httpVersion: "2", useBinaryFormat: false }],
  ["Connect, HTTP/2, protobuf", createConnectTransport, { httpVersion: "2", useBinaryFormat: true }],
  ["Connect, HTTP/2, gzip", createConnectTransport, { httpVersion: "2", ...GZIP }],
];

/** Sentences that go out when they are said, until the caller ends. */
class Sentences {
  #waiting = [];
  #wake = () => {};
  #ended = false;

  say(sentence) {
    this.#waiting.push({ sentence });
    this.#wake();
  }

  end() {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator]() {
    for (;;) {
      while (this.#waiting.length > 0) yield this.#waiting.shift();
      if (this.#ended) return;
      await new Promise((resolve) => (this.#wake = resolve));
    }
  }
}

async function say(client, transport) {
  methods.length = 0;
  const { sentence } = await client.say({ sentence: "I feel happy." }, { timeoutMs: SOON });
  assert.notEqual(sentence, "");
  const how = methods.includes("GET") ? "Say by GET" : "Say";
  const unknown = { ...service.method.say, name: "Sayd", idempotency: 0 };
  const error = await transport.unary(unknown, undefined, SOON, undefined, { sentence: "a" }).catch((e) => e);
  assert.equal(ConnectError.from(error).code, Code.Unimplemented, error);
  return how;
}

async function introduce(client) {
  const sentences = [];
  for await (const { sentence } of client.introduce({ name: "Ada" }, { timeoutMs: SOON })) sentences.push(sentence);
  assert.match(sentences[0], /Ada/);
  assert.equal(sentences.at(-1), "How are you feeling today?");
  return "Introduce";
}

async function converse(client) {
  const said = new Sentences();
  const replies = client.converse(said, { timeoutMs: SOON })[Symbol.asyncIterator]();
  for (const sentence of ["I feel happy.", "My mother", "Goodbye!"]) {
    said.say(sentence);
    const { value, done } = await replies.next();
    assert.ok(!done && value.sentence !== "");
  }
  // It ends though this side hasn't ended.
  assert.equal((await replies.next()).done, true);
  said.end();
  return "Converse";
}

async function queueConversation(client) {
  const said = new Sentences();
  const replies = client.queueConversation(said, { timeoutMs: SOON })[Symbol.asyncIterator]();
  const expect = async (sentence, inReplyTo, failed) => {
    const { value, done } = await replies.next();
    assert.deepEqual([done, value.sentence, value.inReplyTo, value.failed], [false, sentence, inReplyTo, failed]);
  };
  said.say("a");
  await expect("enqueued", 0, false);
  await expect("re: a", 1, false);
  said.say(" ");
  await expect("the sentence is empty", 2, true);
  said.say("c");
  said.end();
  await expect("enqueued", 0, false);
  await expect("re: c", 3, false);
  assert.equal((await replies.next()).done, true);

  const headers = { "conversation-key": "two words" };
  const refused = client.queueConversation(new Sentences(), { headers, timeoutMs: SOON })[Symbol.asyncIterator]();
  const error = await refused.next().then(() => assert.fail("a bad key was taken"), ConnectError.from);
  assert.equal(error.code, Code.InvalidArgument);
  assert.match(error.rawMessage, /conversation-key/);
  return "QueueConversation";
}

for (const [name, create, options] of WAYS) {
  const transport = create({ baseUrl, ...options });
  const client = createClient(service, transport);
  const well = [await say(client, transport), await introduce(client)];
  if (name.includes("HTTP/2")) well.push(await converse(client), await queueConversation(client));
  console.log(`${name}: ${well.join(", ")}`);
}
// Connections that are kept would keep this program.
process.exit(0);
