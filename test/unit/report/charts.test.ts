import { expect, it } from 'vitest';
import { type BarChart, type LineChart, renderCharts } from '#theo/report/chart.js';
import { formatTable } from '#theo/report/table.js';

const errors: BarChart = {
  kind: 'bars',
  title: 'Errors',
  unit: '%',
  bars: [
    { label: 'pt & en', value: 4.25, note: '<3 words>' },
    { label: 'a program of others', value: 12, owner: 'peer' },
  ],
};

const waiting: LineChart = {
  kind: 'lines',
  title: 'Waiting',
  x: { label: 'people', scale: 'log2' },
  y: { label: 'ms', scale: 'linear' },
  lines: [
    {
      label: 'live',
      points: [
        { x: 1, y: 250 },
        { x: 48, y: 1250 },
      ],
    },
  ],
};

it('puts charts one below the other, with every label and figure', () => {
  const svg = renderCharts([errors, waiting], 'a machine');
  expect(svg).toContain('pt &amp; en');
  expect(svg).toContain('4.25 %  (&lt;3 words&gt;)');
  expect(svg).toContain('a machine');
  expect(svg.indexOf('Errors')).toBeLessThan(svg.indexOf('Waiting'));
});

it('has axes that hold all figures, with their units', () => {
  expect(textsOf(renderCharts([errors], ''))).toEqual(expect.arrayContaining(['0', '5', '10', '15', '%']));
  const lines = textsOf(renderCharts([waiting], ''));
  expect(lines).toEqual(expect.arrayContaining(['people', '1', '2', '32', '64', 'ms', '0', '500', '1500']));
});

it('draws figures of others in another colour, and says so', () => {
  const fills = new Set(
    [
      ...renderCharts([errors], '').matchAll(/<rect x="\S+" y="\S+" width="\S+" height="18" fill="(\S+)"/g),
    ].map(([, fill]) => fill),
  );
  expect(fills.size).toBe(2);
  expect(textsOf(renderCharts([errors], ''))).toEqual(expect.arrayContaining(['Theo', 'others']));
});

it('is as wide as its longest line', () => {
  const title = 'A very long title, '.repeat(20);
  const width = /width="(\d+)"/.exec(renderCharts([{ ...errors, title }], ''))?.[1];
  expect(Number(width)).toBeGreaterThan(title.length * 7);
});

it('puts the parts of a bar side by side', () => {
  const svg = renderCharts(
    [{ ...errors, parts: ['first', 'second'], bars: [{ label: 'all', value: 10, parts: [4, 6] }] }],
    '',
  );
  const rects = [...svg.matchAll(/<rect x="(\S+)" y="\S+" width="(\S+)" height="18"/g)].map(
    ([, x, width]) => ({
      x: Number(x),
      width: Number(width),
    }),
  );
  expect(rects).toHaveLength(2);
  expect((rects[0]?.x ?? 0) + (rects[0]?.width ?? 0)).toBeCloseTo(rects[1]?.x ?? 0, 0);
  expect(textsOf(svg)).toEqual(expect.arrayContaining(['first', 'second']));
});

function textsOf(svg: string): readonly string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);
}

it('lines up figures to the right and text to the left', () => {
  const table = formatTable([
    { language: 'pt', errors: 3, rate: '12 %', remark: null },
    { language: 'all of it', errors: 120, rate: '4 %', remark: 0.123456 },
  ]);
  expect(table.split('\n')).toEqual([
    'language   errors  rate  remark',
    'pt              3  12 %       -',
    'all of it     120   4 %   0.123',
  ]);
});

it('takes figures with a unit for figures, and versions for text', () => {
  const table = formatTable([
    { name: 'a', version: '1.0.0', size: '81.8 MB', 'first text': '1050 ms' },
    { name: 'b', version: '1.10.0', size: '2.5 MB', 'first text': null },
  ]);
  expect(table.split('\n')).toEqual([
    'name  version     size  first text',
    'a     1.0.0    81.8 MB     1050 ms',
    'b     1.10.0    2.5 MB           -',
  ]);
});
