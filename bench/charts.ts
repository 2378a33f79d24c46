// How each report is drawn. From its figures alone, so that a chart can be drawn anew without measuring again.
import type { Bar, Chart, Line } from '#theo/report/chart.js';
import type { Cell, Row } from '#theo/report/table.js';

/** What a chart is made from. */
export interface Figures {
  readonly rows: readonly Row[];
  /** What the rows sum up, where that is drawn. */
  readonly samples: readonly Row[];
}

type Draw = (figures: Figures) => Chart;

/** By the name of the report, without the model that it may end with. */
const charts: Readonly<Record<string, Draw>> = {
  agreement: ({ rows }) =>
    bars('Committed words that the final takes back', '%', rows, (row) => ({
      label: `${row.encoding} partials`,
      value: number(row.contradictedPercent),
    })),
  attention: ({ rows }) => ({
    kind: 'bars',
    title: 'Attention of one layer of whisper-base on one thread',
    unit: 'GFLOP/s',
    bars: rows.flatMap((row): Bar[] => [
      { label: `${row.use}, ${row.queries} x ${row.keys}`, value: number(row.ourGflops) },
      { label: "ggml's flash attention", value: number(row.ggmlGflops), owner: 'peer' },
    ]),
  }),
  batch: ({ rows }) => ({
    kind: 'bars',
    title: 'Time for a decode, one slot of one thread',
    unit: 'ms',
    bars: rows.flatMap((row): Bar[] => {
      const waiting = number(row.waiting);
      const alone = { label: `${row.kind}: ${waiting} one by one`, value: number(row.aloneMs) / waiting };
      const together = { label: `${row.kind}: ${waiting} together`, value: number(row.togetherMs) / waiting };
      return waiting === 1 ? [alone] : [alone, together];
    }),
  }),
  conformance: ({ rows }) =>
    bars("Cases in which whisper.cpp's whisper_full gives the same", '%', rows, (row) => ({
      label: `${row.model}, ${row.search}, ${row.timestamps} timestamps`,
      value: (100 * number(row.equal)) / number(row.cases),
    })),
  decode: ({ rows }) => ({
    kind: 'bars',
    title: 'Where the time of one decode goes',
    unit: 'ms',
    parts: ['spectrogram', 'encoder', 'decoder'],
    bars: rows.map((row) => {
      const parts = [row.melMs, row.encodeMs, row.decodeMs].map(number);
      return { label: `${number(row.audioSeconds).toFixed(1)} s of audio`, value: sum(parts), parts };
    }),
  }),
  fairness: ({ rows }) => ({
    kind: 'bars',
    title: 'Three people talking: first speech sample to first text, and end of speech to final, p95',
    unit: 'ms',
    bars: rows.flatMap((row): Bar[] => [
      { label: `first text, ${row.company}`, value: number(row.firstTextP95Ms) },
      { label: `final, ${row.company}`, value: number(row.finalDelayP95Ms) },
    ]),
  }),
  frontend: ({ rows }) =>
    bars('Front end at 48 kHz: time for 64 ms of audio', 'us', rows, (row) => ({
      label: String(row.simd),
      value: number(row.usPer64MsAt48kHz),
    })),
  grpc: ({ rows }) => ({
    kind: 'bars',
    title: 'First speech sample to first partial, and flush to final, p95',
    unit: 'ms',
    bars: rows.flatMap((row): Bar[] => [
      ...(row.firstPartialMsP95 === null
        ? []
        : [{ label: `first partial, ${row.engine}`, value: number(row.firstPartialMsP95) }]),
      { label: `final of ${row.measure}, ${row.engine}`, value: number(row.finalDelayMsP95) },
    ]),
  }),
  'grpc-audio': ({ rows }) => ({
    kind: 'bars',
    title: 'CPU for 1 MB/s of audio',
    unit: '% of a core',
    bars: rows.flatMap((row): Bar[] => [
      { label: `runtime, ${row.engine}`, value: number(row.runtimeCpuPercent) },
      ...(row.workerCpuPercent === null ? [] : [{ label: 'worker', value: number(row.workerCpuPercent) }]),
    ]),
  }),
  'grpc-network': ({ rows }) =>
    bars('First speech sample to first partial, median', 'ms', rows, (row) => ({
      label: String(row.network),
      value: number(row.ttfbMsMedian),
    })),
  guards: ({ rows }) =>
    bars(
      'Probability that nothing was said',
      '%',
      rows.filter((row, index) => rows.findIndex(({ recording }) => recording === row.recording) === index),
      (row) => ({ label: String(row.recording), value: 100 * number(row.noSpeechProbability) }),
    ),
  idle: ({ rows }) => {
    const bar = (row: Row, state: string, bytes: Cell | undefined, ratio: Cell | undefined): Bar => ({
      label: `${row.server}, ${state}`,
      value: number(bytes),
      note: `${number(ratio).toFixed(2)} x ws`,
      owner: row.server === 'theo serve' ? 'ours' : 'peer',
    });
    return {
      kind: 'bars',
      title: 'Resident memory of an idle session',
      unit: 'bytes',
      bars: [
        ...rows.map((row) => bar(row, 'as full before', row.bytesEach, row.ratio)),
        ...rows.map((row) => bar(row, 'fresh', row.freshBytesEach, row.freshRatio)),
      ],
    };
  },
  int8: ({ rows }) => ({
    kind: 'bars',
    title: 'Products of 83 rows (1.5 s of speech) on one thread',
    unit: 'GOP/s',
    bars: rows
      .filter((row) => row.rows === 83)
      .flatMap((row) =>
        kernelsOf(row).map(
          (kernels): Bar => ({
            label: `${row.layer}, ${kernels}`,
            value: number(row[kernels]),
            owner: /ggml|ctranslate2/.test(kernels) ? 'peer' : 'ours',
          }),
        ),
      ),
  }),
  itn: ({ rows }) => ({
    kind: 'bars',
    title: 'Inverse text normalization: sentences of about 12 words',
    unit: 'sentences/s',
    bars: rows.flatMap((row) => [
      { label: `${row.language}, numbers and dates`, value: number(row.itnSentencesPerSecond) },
      {
        label: `${row.language}, with 200 hot words and entities`,
        value: number(row.allStagesSentencesPerSecond),
      },
    ]),
  }),
  partials: ({ rows }) => ({
    kind: 'lines',
    title: 'Time of one partial, one thread',
    x: { label: 'seconds of speech so far', scale: 'linear' },
    y: { label: 'ms', scale: 'linear' },
    lines: grouped(rows, 'way').map(
      ([way, own]): Line => ({
        label: way,
        isDashed: way === 'full context',
        points: own.map((row) => ({
          x: number(row.seconds),
          y: number(row.encodeMs) + number(row.decodeMs),
        })),
      }),
    ),
  }),
  peers: ({ rows }) => ({
    kind: 'lines',
    title: 'First speech sample to first text, median',
    x: { label: 'people talking at once', scale: 'log2' },
    y: { label: 'ms', scale: 'linear' },
    lines: grouped(rows, 'server').map(
      ([server, own]): Line => ({
        label: server,
        owner: server === 'theo' ? 'ours' : 'peer',
        points: own.map((row) => ({ x: number(row.talkers), y: number(row.firstTextMedianMs) })),
      }),
    ),
  }),
  protocol: ({ rows }) =>
    bars('One text message, median', 'us', rows, (row) => ({
      label: `${row.work} ${row.message}`,
      value: number(row.usMedian),
    })),
  resampler: ({ rows }) =>
    bars('Resampling to 16 kHz: million input samples a second', 'M/s', rows, (row) => ({
      label: `${row.library}, ${number(row.inputRateHz) / 1000} kHz`,
      value: number(row.millionSamplesPerSecond),
      note: `stop band ${number(row.stopBandDb).toFixed(0)} dB, ${number(row.latencyMs).toFixed(1)} ms`,
      owner: row.library === 'ours' ? 'ours' : 'peer',
    })),
  streams: ({ rows }) => ({
    kind: 'lines',
    title: 'First speech sample to text, by people talking at once',
    x: { label: 'people talking at once', scale: 'log2' },
    y: { label: 'ms', scale: 'linear' },
    lines: [
      { label: 'first text, median', key: 'ttfbMedianMs' },
      { label: 'first text, p95', key: 'ttfbP95Ms' },
      { label: 'first right word, p95', key: 'firstRightWordP95Ms' },
    ].map(
      ({ label, key }): Line => ({
        label,
        isDashed: key === 'ttfbMedianMs',
        points: rows.flatMap((row) =>
          typeof row[key] === 'number' ? [{ x: number(row.sessions), y: row[key] }] : [],
        ),
      }),
    ),
  }),
  ttfb: ({ samples }) => ({
    kind: 'bars',
    title: 'First speech sample to first text, by utterance',
    unit: 'ms',
    parts: ['until vad.speech_start: the debounce and when the speech is loud enough', 'until the text'],
    bars: samples.map((sample) => {
      const [start, text] = [number(sample.speechStartMs), number(sample.firstTextMs)];
      return { label: String(sample.clip), value: text, parts: [start, text - start] };
    }),
  }),
  language: ({ rows }) => ({
    kind: 'bars',
    title: 'Fragments of speech whose language is misheard',
    unit: '%',
    bars: rows.flatMap((row): Bar[] => {
      const length = `${row.seconds} s`;
      return [
        { label: `${length}, nothing known before`, value: number(row.wrongAlonePercent), owner: 'peer' },
        { label: `${length}, after the same language`, value: number(row.wrongAfterSamePercent) },
        { label: `${length}, after another one`, value: number(row.wrongAfterOtherPercent) },
      ];
    }),
  }),
  'vad-detection': ({ rows }) =>
    bars(
      'First sample of speech to its confirmation, p90; 250 ms of it are the debounce',
      'ms',
      rows,
      (row) => ({
        label: String(row.audio),
        value: number(row.confirmedMsP90),
      }),
    ),
  'vad-realtime': ({ rows }) =>
    bars('Live sessions whose front end and VAD one core carries', 'sessions', rows, (row) => ({
      label: `measured with ${row.sessions}`,
      value: number(row.sessionsPerCore),
      note: `loop delay p99 ${number(row.loopDelayMsP99).toFixed(2)} ms`,
    })),
  vad: ({ rows }) => ({
    kind: 'lines',
    title: 'Silero VAD: time of a 32 ms window',
    x: { label: 'sessions', scale: 'log2' },
    y: { label: 'us', scale: 'linear' },
    lines: [
      { label: 'batched over all sessions', key: 'usPerWindow' },
      { label: "batched, Silero's own graph", key: 'usOriginalGraph' },
      { label: 'one run of the model for each window', key: 'usOneRunEach' },
    ].map(
      ({ label, key }, index): Line => ({
        label,
        owner: index === 2 ? 'peer' : 'ours',
        points: rows.map((row) => ({ x: number(row.sessions), y: number(row[key]) })),
      }),
    ),
  }),
  'word-times': ({ rows }) => ({
    kind: 'bars',
    title: 'Difference of word times, median of starts and of ends; all languages',
    unit: 'ms',
    bars: rows
      .filter((row) => row.language === 'all')
      .flatMap((row): Bar[] => [
        { label: `${row.compared}: starts`, value: number(row.startMedianMs) },
        { label: `${row.compared}: ends`, value: number(row.endMedianMs) },
      ]),
  }),
};

/** The chart of a report. @throws Error for a report that has none */
export function chartOf(report: string, figures: Figures): Chart {
  const name = Object.keys(charts)
    .filter((known) => report === known || report.startsWith(`${known}-`))
    .sort((a, b) => b.length - a.length)[0];
  const draw = name === undefined ? undefined : charts[name];
  if (!draw) throw new Error(`bench/charts.ts draws no report called ${report}`);
  const chart = draw(figures);
  return chart.kind === 'bars'
    ? chart
    : { ...chart, lines: chart.lines.filter(({ points }) => points.length > 0) };
}

function bars(title: string, unit: string, rows: readonly Row[], toBar: (row: Row) => Bar): Chart {
  return { kind: 'bars', title, unit, bars: rows.map(toBar) };
}

function grouped(rows: readonly Row[], column: string): readonly (readonly [string, readonly Row[]])[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = String(row[column]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups];
}

/** The columns of products that were measured: what they are called is left to the program that measures. */
function kernelsOf(row: Row): readonly string[] {
  const others = new Set(['layer', 'outputs', 'inputs', 'rows', 'bestUs', 'bestGigaWeightsPerSecond']);
  return Object.keys(row).filter((column) => !others.has(column) && typeof row[column] === 'number');
}

function number(cell: Cell | undefined): number {
  return typeof cell === 'number' ? cell : Number.NaN;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
