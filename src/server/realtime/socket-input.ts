import { type InputTurns, noSlice, type Slice, type TurnTaker } from './input-turns.ts';

/** How many bytes may wait for a session that has not begun, because its model is being loaded. */
const maxEarlyBytes = 1024 * 1024;
/** How many bytes may wait for their turn. A single longer message may wait, too. */
const maxWaitingBytes = 2 * 1024 * 1024;
/** Counted for each waiting message besides its bytes, so that tiny messages are limited too. */
const audioOverheadBytes = 256;
const textOverheadBytes = 64;
/** Short messages of audio are joined up to this size: each alone would take many times its bytes of memory. */
const chunkBytes = 16 * 1024;
/**
 * Messages that a client may send at once, and in each millisecond from then on: enough for audio sample by sample. The
 * limit is needed because even an empty message takes a microsecond, and half a megabyte of them is read in one go.
 */
const messagesAtOnce = 50_000;
const messagesPerMs = 20;

/** Where a socket's messages go. */
export interface InputHandler {
  /** @param pcm borrowed during the call. */
  onAudio(pcm: Uint8Array): void;
  onText(text: string): void;
  /** Messages were dropped because too much was waiting. */
  onLost(lost: Lost): void;
  /** Too much came before the session has begun. Nothing more is handed over. */
  onTooEarly(): void;
  /** Messages came faster than is allowed. Nothing more is handed over. */
  onTooMany(): void;
}

/** Messages that were dropped. */
export interface Lost {
  readonly audioBytes: number;
  readonly commands: number;
}

type Entry =
  | { readonly type: 'audio'; bytes: Uint8Array; length: number }
  | { readonly type: 'text'; readonly text: string; readonly byteLength: number }
  | { readonly type: 'lost'; audioBytes: number; commands: number };

/**
 * Hands the messages of one socket to its session, in order: at once during the socket's slice of the event loop, the
 * rest in later turns. What waits is bounded.
 */
export class SocketInput implements TurnTaker {
  readonly #handler: InputHandler;
  readonly #turns: InputTurns;
  #slice: Slice = noSlice;
  /** Made for the first message that has to wait, because many sessions are idle. */
  #waiting: Entry[] | undefined;
  #waitingBytes = 0;
  #messagesLeft = messagesAtOnce;
  #grantedAtMs: number;
  #state: 'early' | 'open' | 'closed' = 'early';

  constructor(handler: InputHandler, turns: InputTurns) {
    this.#handler = handler;
    this.#turns = turns;
    this.#grantedAtMs = turns.nowMs();
  }

  /** Takes a message. @param message borrowed: it is gone when this returns. */
  take(message: ArrayBuffer, isBinary: boolean): void {
    if (this.#state === 'closed') return;
    if (this.#messagesLeft-- <= 0 && !this.#grantMore()) {
      this.close();
      this.#handler.onTooMany();
      return;
    }
    if (isBinary && message.byteLength === 0) return;
    const slice = this.#state === 'open' && !this.#waiting ? this.#turns.continue(this.#slice) : undefined;
    if (!slice) {
      this.#keep(new Uint8Array(message), isBinary);
      return;
    }
    this.#slice = slice;
    if (isBinary) this.#handler.onAudio(new Uint8Array(message));
    else this.#handler.onText(textOf(new Uint8Array(message)));
  }

  /** The session has begun: hands over what came before. */
  open(): void {
    if (this.#state !== 'early') return;
    this.#state = 'open';
    const slice = this.#turns.continue(noSlice);
    if (this.work(() => slice !== undefined && this.#turns.continue(slice) !== undefined))
      this.#turns.wait(this);
  }

  work(hasTime: () => boolean): boolean {
    do {
      const entry = this.#waiting?.shift();
      if (!entry) {
        this.#waiting = undefined;
        this.#waitingBytes = 0;
        return false;
      }
      this.#hand(entry);
    } while (hasTime());
    return this.#waiting !== undefined;
  }

  /** Hands over all that waits, however long it takes: the session is about to end. */
  flush(): void {
    if (this.#state !== 'open') return;
    this.#turns.leave(this);
    this.work(() => true);
  }

  /** Drops what waits, and whatever comes. Idempotent. */
  close(): void {
    this.#state = 'closed';
    this.#waiting = undefined;
    this.#turns.leave(this);
  }

  /** @returns false when the client has sent as many messages as the time allows. */
  #grantMore(): boolean {
    const nowMs = this.#turns.nowMs();
    const granted = Math.floor((nowMs - this.#grantedAtMs) * messagesPerMs);
    if (granted < 1) return false;
    this.#grantedAtMs = nowMs;
    this.#messagesLeft = Math.min(messagesAtOnce, granted) - 1;
    return true;
  }

  #hand(entry: Entry): void {
    this.#waitingBytes -= sizeOf(entry);
    switch (entry.type) {
      case 'audio':
        this.#handler.onAudio(entry.bytes.subarray(0, entry.length));
        break;
      case 'text':
        this.#handler.onText(entry.text);
        break;
      case 'lost':
        this.#handler.onLost(entry);
        break;
    }
  }

  #keep(message: Uint8Array, isBinary: boolean): void {
    this.#waiting ??= [];
    const isEarly = this.#state === 'early';
    if (!isEarly) this.#turns.wait(this);
    if (isBinary && this.#append(message)) return;
    const size = message.length + (isBinary ? audioOverheadBytes : textOverheadBytes);
    // One message may wait even if it is longer than all that may wait.
    const isFirst = !isEarly && this.#waiting.length === 0;
    if (!isFirst && this.#waitingBytes + size > (isEarly ? maxEarlyBytes : maxWaitingBytes)) {
      if (isEarly) {
        this.close();
        this.#handler.onTooEarly();
      } else this.#lose(message.length, isBinary);
      return;
    }
    this.#waitingBytes += size;
    if (isBinary) {
      this.#waiting.push({ type: 'audio', bytes: message.slice(), length: message.length });
    } else {
      this.#waiting.push({ type: 'text', text: textOf(message), byteLength: message.length });
    }
  }

  /** Appends audio to the waiting audio. @returns false if there is none, or no room. */
  #append(message: Uint8Array): boolean {
    const last = this.#waiting?.at(-1);
    if (last?.type !== 'audio' || last.length + message.length > chunkBytes) return false;
    const length = last.length + message.length;
    if (length > last.bytes.length) {
      const grown = new Uint8Array(Math.min(chunkBytes, 2 * length));
      if (this.#waitingBytes + grown.length - last.bytes.length > maxWaitingBytes) return false;
      this.#waitingBytes += grown.length - last.bytes.length;
      grown.set(last.bytes.subarray(0, last.length));
      last.bytes = grown;
    }
    last.bytes.set(message, last.length);
    last.length = length;
    return true;
  }

  #lose(byteLength: number, isBinary: boolean): void {
    let last = this.#waiting?.at(-1);
    if (last?.type !== 'lost') {
      last = { type: 'lost', audioBytes: 0, commands: 0 };
      this.#waiting?.push(last);
    }
    if (isBinary) last.audioBytes += byteLength;
    else last.commands++;
  }
}

/** How many bytes an entry counts as. */
function sizeOf(entry: Entry): number {
  if (entry.type === 'lost') return 0;
  return entry.type === 'text'
    ? entry.byteLength + textOverheadBytes
    : entry.bytes.length + audioOverheadBytes;
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}
