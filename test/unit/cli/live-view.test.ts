import { describe, expect, it } from 'vitest';
import { createLiveView } from '#theo/cli/live-view.js';
import type { ServerEvent } from '#theo/protocol/events.js';

const partial = (text: string): ServerEvent => ({
  type: 'transcript.partial',
  text,
  segment_id: 0,
  timestamp_ms: 700,
});
const final = (text: string): ServerEvent => ({
  type: 'transcript.final',
  text,
  segment_id: 0,
  start_ms: 100,
  end_ms: 900,
  language: 'en',
  confidence: 0.914,
  words: null,
});
const failure: ServerEvent = {
  type: 'error',
  code: 'worker_crash',
  message: 'a worker ended',
  recoverable: true,
  resume_segment_id: 0,
};

/** What each event makes the view write. */
function shown(events: readonly ServerEvent[], terminal: { isTTY?: boolean; columns?: number }): string[] {
  const written: string[] = [];
  const view = createLiveView({ ...terminal, write: (text: string) => written.push(text) });
  for (const [index, event] of events.entries()) view.show({ event, atMs: index * 1000.4 });
  return written;
}

describe('on a terminal', () => {
  const terminal = { isTTY: true, columns: 40 };
  const anew = '\r\x1b[2K';
  const dim = (text: string): string => `\x1b[2m${text}\x1b[22m`;

  it('draws the line anew: words that two texts agree on are plain, the rest is dim', () => {
    expect(
      shown([partial('ask'), partial('ask not'), partial('ask not what'), partial('ask now')], terminal),
    ).toEqual([
      `${anew}  ${dim('ask')}`,
      `${anew}  ask ${dim('not')}`,
      `${anew}  ask not ${dim('what')}`,
      `${anew}  ask ${dim('now')}`,
    ]);
  });

  it('leaves the final, and begins the next utterance without the words of the last', () => {
    expect(shown([partial('ask not'), final('Ask not.'), partial('ask not')], terminal).slice(1)).toEqual([
      `${anew}  Ask not.\n`,
      `${anew}  ${dim('ask not')}`,
    ]);
  });

  it('takes back what turned out to be nothing', () => {
    expect(shown([partial('hm'), final('')], terminal)[1]).toBe(anew);
  });

  it('shows the end of a text that is wider than the terminal, so that it never wraps', () => {
    const narrow = { isTTY: true, columns: 13 };
    expect(shown([partial('ask not what'), partial('ask not what your')], narrow)).toEqual([
      `${anew}  ${dim('k not what')}`,
      `${anew}   what ${dim('your')}`,
    ]);
    expect(shown([partial('客観的実在の判断')], narrow)).toEqual([`${anew}  ${dim('実在の判断')}`]);
  });

  it('shows errors on a line of their own', () => {
    expect(shown([failure], terminal)).toEqual([`${anew}  error worker_crash: a worker ended\n`]);
  });
});

it('elsewhere every event is a line, with the milliseconds since the beginning', () => {
  const events = [
    { type: 'vad.speech_start', timestamp_ms: 100 } as const,
    partial('ask'),
    final('Ask.'),
    failure,
  ];
  expect(shown(events, {})).toEqual([
    '   time  event\n',
    '      0  vad.speech_start     at 100 ms of audio\n',
    '   1000  transcript.partial   ask\n',
    '   2001  transcript.final     Ask.   [en, confidence 0.91]\n',
    '   3001  error                worker_crash: a worker ended\n',
  ]);
});
