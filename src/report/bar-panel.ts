import { scaleFor } from './axis.ts';
import type { Bar, BarChart } from './chart.ts';
import { colour, legend, type Panel, round, textAt, textWidth } from './svg.ts';
import { formatCell } from './table.ts';

const plotWidth = 420;
const rowHeight = 26;
const barHeight = 18;
const titleHeight = 44;
const legendHeight = 26;
const axisHeight = 48;

/** Bars from 0, with an axis below them. */
export function drawBars(chart: BarChart): Panel {
  const { bars, parts = [], title, unit } = chart;
  const left = 26 + Math.max(120, ...bars.map(({ label }) => textWidth(label)));
  const keys = [
    ...parts.map((label, index) => ({ label, fill: colour('ours', index) })),
    ...(bars.some(({ owner }) => owner === 'peer')
      ? [
          { label: 'Theo', fill: colour('ours') },
          { label: 'others', fill: colour('peer') },
        ]
      : []),
  ];
  const top = titleHeight + (keys.length > 0 ? legendHeight : 0);
  const bottom = top + bars.length * rowHeight;
  const scale = scaleFor(
    bars.map(({ value }) => value),
    'linear',
  );
  const x = (value: number): number => left + scale.place(value) * plotWidth;
  const key = legend(keys, left, titleHeight + 8);
  const caption = ({ value, note }: Bar): string =>
    `${formatCell(value)} ${unit}${note ? `  (${note})` : ''}`;
  const grid = scale.ticks.map(
    (tick) =>
      `<line x1="${round(x(tick))}" x2="${round(x(tick))}" y1="${top}" y2="${bottom}" stroke="#e2e8f0"/>
${textAt(x(tick), bottom + 16, formatCell(tick), 'text-anchor="middle" fill="#666" font-size="11"')}`,
  );
  const rows = bars.map((bar, index) => {
    const rowTop = top + index * rowHeight;
    return `${textAt(left - 10, rowTop + 17, bar.label, 'text-anchor="end"')}
${drawBar(bar, x, rowTop + 4)}
${textAt(x(bar.value) + 6, rowTop + 17, caption(bar), 'fill="#333" stroke="#fff" stroke-width="3" paint-order="stroke"')}`;
  });
  const width = Math.max(
    left + plotWidth + 20,
    key.width,
    16 + textWidth(title) * 1.25,
    ...bars.map((bar) => x(bar.value) + 20 + textWidth(caption(bar))),
  );
  return {
    width,
    height: bottom + axisHeight,
    body: `${textAt(16, 26, title, 'font-size="16" font-weight="600"')}
${key.body}
${grid.join('\n')}
${rows.join('\n')}
<line x1="${left}" x2="${left}" y1="${top}" y2="${bottom}" stroke="#718096"/>
${textAt(left + plotWidth / 2, bottom + 34, unit, 'text-anchor="middle" fill="#666"')}`,
  };
}

function drawBar(bar: Bar, x: (value: number) => number, y: number): string {
  let from = 0;
  const parts = bar.parts ?? [bar.value];
  return parts
    .map((part, index) => {
      const start = x(from);
      from += part;
      const fill = colour(bar.owner, index);
      return `<rect x="${round(start)}" y="${y}" width="${round(x(from) - start)}" height="${barHeight}" fill="${fill}"/>`;
    })
    .join('\n');
}
