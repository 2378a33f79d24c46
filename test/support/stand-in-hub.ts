import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What came in of a request. */
export interface Seen {
  /** 'hub' is 127.0.0.1, 'store' is the other host that it sends on to. */
  readonly host: 'hub' | 'store';
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

/** How one request is answered. */
export type Mood = (request: IncomingMessage, response: ServerResponse, file: HubFile) => void;

export interface HubFile {
  readonly content: Buffer;
  readonly etag: string;
}

/**
 * Stands in for the hub: a server on 127.0.0.1 that says of a file what the hub says and sends on to a second one, which
 * is reached by another name (`localhost`) and has the bytes. Both are as unkind as a test wants, one mood a request.
 */
export class StandInHub {
  readonly seen: Seen[] = [];
  /** Of the next requests at the store; then it is kind. */
  readonly storeMoods: Mood[] = [];
  /** Of the next requests at the hub; then it is kind. */
  readonly hubMoods: Mood[] = [];
  /** By path. */
  readonly #files = new Map<string, HubFile>();
  readonly #hub: Server;
  readonly #store: Server;
  readonly #sockets = new Set<Socket>();
  #ports: { readonly hub: number; readonly store: number } = { hub: 0, store: 0 };

  private constructor() {
    this.#hub = createServer((request, response) => this.#answer('hub', request, response));
    this.#store = createServer((request, response) => this.#answer('store', request, response));
    for (const server of [this.#hub, this.#store]) {
      server.on('connection', (socket) => {
        this.#sockets.add(socket);
        socket.on('close', () => this.#sockets.delete(socket));
      });
    }
  }

  static async start(): Promise<StandInHub> {
    const hub = new StandInHub();
    await hub.#listen();
    return hub;
  }

  /** Its own address, without a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${this.#ports.hub}`;
  }

  /** The store's, for who goes there directly. */
  get storeUrl(): string {
    return `http://localhost:${this.#ports.store}`;
  }

  put(path: string, content: Buffer, etag = `"${sha256Of(content).slice(0, 16)}"`): void {
    this.#files.set(path, { content, etag });
  }

  /** Ranges that the store was asked for, '' for the whole file. */
  get rangesAsked(): readonly string[] {
    return this.seen.filter(({ host }) => host === 'store').map(({ range }) => range ?? '');
  }

  /** Cuts all connections and listens on the same ports again. */
  async restart(): Promise<void> {
    const ports = this.#ports;
    await this.close();
    await this.#listen(ports);
  }

  /** Resets all connections that there are. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    for (const server of [this.#hub, this.#store]) {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    }
  }

  async #listen(ports = this.#ports): Promise<void> {
    // Not `localhost`: it may be two addresses, and a port be free on one of them only.
    this.#hub.listen(ports.hub, '127.0.0.1');
    await once(this.#hub, 'listening');
    this.#store.listen(ports.store, '127.0.0.1');
    await once(this.#store, 'listening');
    this.#ports = { hub: portOf(this.#hub), store: portOf(this.#store) };
  }

  #answer(host: Seen['host'], request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? '/', this.url);
    const { authorization, range, 'if-range': ifRange } = request.headers;
    this.seen.push({ host, path: pathname, authorization, range, ifRange: ifRange?.toString() });
    const file = this.#files.get(pathname);
    if (!file) return void answering(404, { 'x-error-code': 'EntryNotFound' })(request, response, missing);
    const mood = (host === 'hub' ? this.hubMoods : this.storeMoods).shift();
    if (mood) mood(request, response, file);
    else if (host === 'store') kindly(request, response, file);
    else {
      const location = `${this.storeUrl}${pathname}?signature=secret`;
      response.writeHead(302, { ...linkedHeaders(file), location }).end('Found. Redirecting');
    }
  }
}

const missing: HubFile = { content: Buffer.alloc(0), etag: '' };

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

export function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** As the hub puts them into its first answer. */
export function linkedHeaders({ content }: HubFile): Record<string, string> {
  return {
    'x-repo-commit': '5359861c739e955e79d9a303bcbc70fb988958b1',
    'x-linked-size': String(content.length),
    'x-linked-etag': `"${sha256Of(content)}"`,
  };
}

/** Whole, or the part that is asked for. */
export const kindly: Mood = (request, response, file) =>
  send(request, response, file, (body) => response.end(body));

/** Sends so many bytes, then nothing for ever. */
export function stallAfter(bytes: number): Mood {
  return (request, response, file) =>
    send(request, response, file, (body) => {
      response.flushHeaders();
      if (bytes > 0) response.write(body.subarray(0, bytes));
    });
}

/** A piece at a time. */
export function drip(bytes: number, everyMs: number): Mood {
  return (request, response, file) =>
    send(request, response, file, (body) => {
      let position = 0;
      const timer = setInterval(() => {
        response.write(body.subarray(position, position + bytes));
        position += bytes;
        if (position >= body.length) response.end();
      }, everyMs);
      response.on('close', () => clearInterval(timer));
    });
}

export function answering(status: number, headers: Readonly<Record<string, string>> = {}, body = ''): Mood {
  return (_request, response) => void response.writeHead(status, headers).end(body);
}

/** Whatever part is asked for, the whole file. */
export const ignoringRange: Mood = (_request, response, { content, etag }) => {
  response.writeHead(200, { 'content-length': content.length, etag }).end(content);
};

/** Another part than the one that is asked for. */
export function shiftedRange(by: number): Mood {
  return (request, response, { content, etag }) => {
    const first = firstByteAsked(request) + by;
    const body = content.subarray(first);
    const range = `bytes ${first}-${content.length - 1}/${content.length}`;
    response.writeHead(206, { 'content-length': body.length, 'content-range': range, etag }).end(body);
  };
}

/** Other bytes, as many and with the same headers. */
export const wrongBytes: Mood = (request, response, file) =>
  send(request, response, file, (body) => {
    const changed = Buffer.from(body);
    for (let index = 64; index < changed.length; index += 997) changed[index] = (changed[index] ?? 0) ^ 0xff;
    response.end(changed);
  });

/** Without any length, and more or fewer bytes than the file has. */
export function unmeasured(body: (content: Buffer) => Buffer): Mood {
  return (_request, response, { content, etag }) => void response.writeHead(200, { etag }).end(body(content));
}

/** Never answers. */
export const silent: Mood = () => {};

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { content, etag }: HubFile,
  write: (body: Buffer) => void,
): void {
  const first = firstByteAsked(request);
  const ifRange = request.headers['if-range'];
  if (first === 0 || (ifRange !== undefined && ifRange !== etag)) {
    response.writeHead(200, { 'content-length': content.length, etag, 'accept-ranges': 'bytes' });
    write(content);
  } else if (first >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}`, etag }).end();
  } else {
    const body = content.subarray(first);
    const range = `bytes ${first}-${content.length - 1}/${content.length}`;
    response.writeHead(206, { 'content-length': body.length, 'content-range': range, etag });
    write(body);
  }
}

function firstByteAsked({ headers }: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
}
