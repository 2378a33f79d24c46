import type { TimedEvent } from '../client/node/stream-audio.ts';
import type { ServerEvent } from '../protocol/events.ts';

/** Where a view writes: stdout, or what stands in for it. */
export interface ViewOutput {
  readonly isTTY?: boolean;
  /** Width of the terminal, characters. */
  readonly columns?: number;
  write(text: string): unknown;
}

/** Shows the events of one session as they come. */
export interface LiveView {
  show(timed: TimedEvent): void;
}

/** A line that grows in place on a terminal; elsewhere a line for every event. */
export function createLiveView(output: ViewOutput): LiveView {
  return output.isTTY ? new GrowingLine(output) : new EventLines(output);
}

const indent = '  ';
const clearLine = '\r\x1b[2K';
const dim = (text: string): string => (text === '' ? '' : `\x1b[2m${text}\x1b[22m`);
const fallbackColumns = 80;

/** The utterance that is being said, what may still change of it dim; its final takes its place and stays. */
class GrowingLine implements LiveView {
  readonly #output: ViewOutput;
  #words: readonly string[] = [];

  constructor(output: ViewOutput) {
    this.#output = output;
  }

  show({ event }: TimedEvent): void {
    if (event.type === 'transcript.partial') {
      const words = event.text.split(' ');
      const agreed = agreedWords(this.#words, words);
      this.#words = words;
      const settled = words.slice(0, agreed).map((word) => `${word} `);
      const room = (this.#output.columns ?? fallbackColumns) - indent.length - 1;
      this.#output.write(
        clearLine + indent + lastColumns(settled.join(''), words.slice(agreed).join(' '), room),
      );
    } else if (event.type === 'transcript.final') {
      this.#words = [];
      this.#output.write(event.text === '' ? clearLine : `${clearLine}${indent}${event.text}\n`);
    } else if (event.type === 'error') {
      this.#output.write(`${clearLine}${indent}error ${event.code}: ${event.message}\n`);
    }
  }
}

/** How many words two texts begin with alike; the last of a text is never among them, the audio may cut it short. */
function agreedWords(before: readonly string[], now: readonly string[]): number {
  let count = 0;
  while (count < now.length - 1 && now[count] === before[count]) count++;
  return count;
}

/** The end of a text that fits into `room` columns: a line that wraps could not be drawn over. */
function lastColumns(settled: string, tentative: string, room: number): string {
  const characters = [...settled, ...tentative];
  const settledCount = [...settled].length;
  let from = characters.length;
  for (let used = 0; from > 0; from--) {
    used += columnsOf(characters[from - 1] ?? '');
    if (used > room) break;
  }
  const shownSettled = characters.slice(Math.min(from, settledCount), settledCount);
  return shownSettled.join('') + dim(characters.slice(Math.max(from, settledCount)).join(''));
}

/** Terminals draw Chinese, Japanese and Korean characters two columns wide. */
function columnsOf(character: string): number {
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/.test(character) ? 2 : 1;
}

class EventLines implements LiveView {
  readonly #output: ViewOutput;

  constructor(output: ViewOutput) {
    this.#output = output;
    output.write('   time  event\n');
  }

  show({ event, atMs }: TimedEvent): void {
    this.#output.write(`${atMs.toFixed(0).padStart(7)}  ${describe(event)}\n`);
  }
}

function describe(event: ServerEvent): string {
  switch (event.type) {
    case 'transcript.partial':
      return `transcript.partial   ${event.text}`;
    case 'transcript.final':
      return `transcript.final     ${event.text}   [${event.language}, confidence ${event.confidence.toFixed(2)}]`;
    case 'vad.speech_start':
    case 'vad.speech_end':
      return `${event.type.padEnd(19)}  at ${event.timestamp_ms} ms of audio`;
    case 'error':
      return `error                ${event.code}: ${event.message}`;
    case 'session.closed':
      return `session.closed       ${event.reason}, ${event.segments_transcribed} segment(s)`;
    default:
      return event.type;
  }
}
