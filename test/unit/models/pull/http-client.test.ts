import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { HttpClient } from '#theo/models/pull/http-client.js';
import { pullSettings } from '#theo/models/pull/settings.js';

/** As much as a body keeps unread: with its last byte the answer's parser is stopped. */
const bodyBytes = 65_536;

test('an answer comes whole from a server that closes the connection before it is read', async () => {
  const content = Buffer.alloc(bodyBytes, 7);
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    const head = `HTTP/1.0 200 OK\r\nContent-Length: ${bodyBytes}\r\n\r\n`;
    socket.once('data', () => socket.end(Buffer.concat([Buffer.from(head), content])));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new HttpClient(pullSettings({}, '/home').proxies);
  try {
    const { port } = server.address() as AddressInfo;
    const url = new URL(`http://127.0.0.1:${port}/ggml-model.bin`);
    const { body } = await client.get(url, {}, new AbortController().signal);
    await Promise.all(sockets.filter(({ closed }) => !closed).map((socket) => once(socket, 'close')));
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
  } finally {
    await client.close();
    server.close();
  }
});
