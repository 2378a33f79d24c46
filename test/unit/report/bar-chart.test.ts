import { expect, it } from 'vitest';
import { renderBarCharts } from '#theo/report/bar-chart.js';
import { formatTable } from '#theo/report/table.js';

it('puts charts one below the other, with every label and figure', () => {
  const svg = renderBarCharts(
    [
      { title: 'Errors', unit: '%', bars: [{ label: 'pt & en', value: 4.25, note: '<3 words>' }] },
      {
        title: 'Waiting',
        unit: 'ms',
        bars: [{ label: 'live', value: 250 }],
        mark: { label: 'goal', value: 500 },
      },
    ],
    'a machine',
  );
  expect(svg).toContain('pt &amp; en');
  expect(svg).toContain('4.25 %  &lt;3 words&gt;');
  expect(svg).toContain('250 ms');
  expect(svg).toContain('goal');
  expect(svg).toContain('a machine');
  expect(svg.indexOf('Errors')).toBeLessThan(svg.indexOf('Waiting'));
});

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
