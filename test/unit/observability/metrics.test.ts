import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { Metrics } from '#theo/observability/metrics.js';

/** The metrics that operators can rely on, with the values of their labels. */
const promised: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  theo_stt_ttfb_seconds: {},
  theo_stt_final_delay_seconds: {},
  theo_stt_active_sessions: {},
  theo_stt_vad_events_total: { event_type: ['speech_start', 'speech_end'] },
  theo_stt_session_duration_seconds: {},
  theo_stt_confidence_avg: {},
  theo_stt_audio_seconds_total: { outcome: ['processed', 'dropped'] },
  theo_stt_frames_total: { outcome: ['processed', 'dropped'] },
  theo_stt_vad_frames_total: { path: ['prefilter', 'silero'] },
  theo_stt_worker_recoveries_total: { result: ['replayed', 'lost'] },
  theo_scheduler_queue_depth: {},
  theo_scheduler_queue_wait_seconds: {},
  theo_scheduler_batch_size: {},
  theo_scheduler_requests_total: {
    kind: ['partial', 'final', 'batch'],
    outcome: ['done', 'aborted', 'failed'],
  },
  theo_engine_decode_seconds: { kind: ['partial', 'final', 'batch'] },
};

let metrics: Metrics;

beforeEach(() => {
  metrics = new Metrics();
});

/** The value of one series, as it stands in the text. */
async function valueIn(series: string): Promise<number> {
  const line = (await metrics.render()).split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1));
}

/** Names of what is exposed: series without labels, and histograms without their suffix. */
async function exposed(): Promise<Set<string>> {
  const text = await metrics.render();
  return new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map((match) => match[1] ?? ''));
}

describe('/metrics', () => {
  it.each(Object.entries(promised))('%s is there from the start', async (name, labels) => {
    expect(await exposed()).toContain(name);
    const text = await metrics.render();
    for (const [label, values] of Object.entries(labels)) {
      for (const value of values) {
        expect(text).toMatch(new RegExp(`^${name}(_bucket)?\\{[^}]*${label}="${value}"`, 'm'));
      }
    }
  });

  it('has the defaults of a process, and the lag of its event loop', async () => {
    const names = await exposed();
    for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_seconds']) {
      expect(names).toContain(name);
    }
  });

  it('has the buckets of first text that are promised', async () => {
    const text = await metrics.render();
    const bounds = [...text.matchAll(/^theo_stt_ttfb_seconds_bucket\{le="([^"]+)"\}/gm)].map(
      (match) => match[1],
    );
    expect(bounds.join(' ')).toBe('0.05 0.1 0.15 0.2 0.25 0.3 0.5 0.75 1 2 5 +Inf');
  });

  it('counts sessions, audio and what was heard', async () => {
    const { session } = metrics;
    session.opened();
    session.opened();
    session.closed(12);
    session.vadEvent('speech_start');
    session.audio('processed', 0.032);
    session.audio('dropped', 1.6);
    session.firstPartial(0.28);
    session.final(0.34, 0.8);
    session.vad.prefiltered.increment();
    session.recovery('lost');
    expect(await valueIn('theo_stt_active_sessions')).toBe(1);
    expect(await valueIn('theo_stt_session_duration_seconds_sum')).toBe(12);
    expect(await valueIn('theo_stt_vad_events_total{event_type="speech_start"}')).toBe(1);
    expect(await valueIn('theo_stt_audio_seconds_total{outcome="dropped"}')).toBeCloseTo(1.6);
    expect(await valueIn('theo_stt_frames_total{outcome="dropped"}')).toBe(50);
    expect(await valueIn('theo_stt_frames_total{outcome="processed"}')).toBe(1);
    expect(await valueIn('theo_stt_ttfb_seconds_bucket{le="0.3"}')).toBe(1);
    expect(await valueIn('theo_stt_final_delay_seconds_sum')).toBeCloseTo(0.34);
    expect(await valueIn('theo_stt_confidence_avg_sum')).toBeCloseTo(0.8);
    expect(await valueIn('theo_stt_vad_frames_total{path="prefilter"}')).toBe(1);
    expect(await valueIn('theo_stt_worker_recoveries_total{result="lost"}')).toBe(1);
  });

  it('adds up dropped audio that is shorter than a frame', async () => {
    for (let index = 0; index < 100; index++) metrics.session.audio('dropped', 0.01);
    expect(await valueIn('theo_stt_frames_total{outcome="dropped"}')).toBeCloseTo(1 / 0.032);
  });

  it('counts decodes by kind and outcome', async () => {
    const { decodes } = metrics;
    decodes.queueDepth(3);
    decodes.batchStarted(2);
    decodes.decodeStarted('final', 8);
    decodes.decodeEnded('final', 'done', 45);
    decodes.decodeEnded('partial', 'aborted', 5);
    expect(await valueIn('theo_scheduler_queue_depth')).toBe(3);
    expect(await valueIn('theo_scheduler_batch_size_sum')).toBe(2);
    expect(await valueIn('theo_scheduler_queue_wait_seconds_sum')).toBeCloseTo(0.008);
    expect(await valueIn('theo_scheduler_requests_total{kind="final",outcome="done"}')).toBe(1);
    expect(await valueIn('theo_scheduler_requests_total{kind="partial",outcome="aborted"}')).toBe(1);
    expect(await valueIn('theo_engine_decode_seconds_sum{kind="final"}')).toBeCloseTo(0.045);
  });
});

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
  readonly panels?: readonly Panel[];
}

describe('the documents about the metrics', () => {
  const dashboard = JSON.parse(readFileSync('docs/grafana-dashboard.json', 'utf8')) as {
    readonly panels: readonly Panel[];
  };
  const panels = dashboard.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
  const expressions = panels.flatMap((panel) => (panel.targets ?? []).map((target) => target.expr));

  it('the dashboard shows only what there is', async () => {
    const names = await exposed();
    const used = expressions.flatMap((expression) => expression.match(/\b(theo|process|nodejs)_\w+/g) ?? []);
    expect(used.length).toBeGreaterThan(0);
    for (const name of used) expect(names).toContain(name.replace(/_(bucket|sum|count)$/, ''));
  });

  it('the table gives every metric its type', async () => {
    const types = new Map(
      [...(await metrics.render()).matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]),
    );
    const rows = [...readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `(\w+)` +\| (\w+) /gm)];
    const told = rows.map(([, name, type]) => [name, type]).filter(([name]) => types.has(name));
    expect(told.length).toBe(Object.keys(promised).length);
    for (const [name, type] of told) expect([name, type]).toEqual([name, types.get(name)]);
  });

  it.each(Object.keys(promised))('the dashboard shows and the table explains %s', (name) => {
    expect(
      expressions.some((expression) => new RegExp(`\\b${name}(_bucket|_sum|_count)?\\b`).test(expression)),
    ).toBe(true);
    expect(readFileSync('docs/metrics.md', 'utf8')).toContain(`\`${name}\``);
  });
});
