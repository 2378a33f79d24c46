import { formatCell } from './table.ts';

/** Horizontal bars. */
export interface BarChart {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly { readonly label: string; readonly value: number; readonly note?: string }[];
  /** A vertical line to compare with: a goal or a floor. */
  readonly mark?: { readonly label: string; readonly value: number };
}

const minLabelWidth = 260;
/** About what a letter takes at the chart's font size. */
const letterWidth = 7;
const plotWidth = 420;
/** For what stands behind the longest bar. */
const noteWidth = 280;
const rowHeight = 26;
const headHeight = 64;
const footHeight = 44;

/**
 * The charts, one below the other, as an SVG document.
 * @param footer small print: the machine, the date.
 */
export function renderBarCharts(charts: readonly BarChart[], footer: string): string {
  const heights = charts.map((chart) => headHeight + chart.bars.length * rowHeight);
  const height = heights.reduce((sum, each) => sum + each, 0) + footHeight;
  const longest = Math.max(...charts.flatMap(({ bars }) => bars.map(({ label }) => label.length)));
  const labelWidth = Math.max(minLabelWidth, letterWidth * longest + 24);
  const width = labelWidth + plotWidth + noteWidth;
  let top = 0;
  const panels = charts.map((chart, index) => {
    const panel = renderPanel(chart, top, labelWidth);
    top += heights[index] ?? 0;
    return panel;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
${panels.join('\n')}
<text x="16" y="${height - 12}" font-size="11" fill="#666">${escapeXml(footer)}</text>
</svg>
`;
}

function renderPanel(chart: BarChart, y: number, labelWidth: number): string {
  const top = y + headHeight;
  const bottom = top + chart.bars.length * rowHeight;
  const largest = Math.max(...chart.bars.map((bar) => bar.value), chart.mark?.value ?? 0, Number.EPSILON);
  const scale = (value: number): number => (value / largest) * plotWidth;
  const bars = chart.bars.map((bar, index) => {
    const rowTop = top + index * rowHeight;
    const text = `${formatCell(bar.value)} ${chart.unit}${bar.note ? `  ${bar.note}` : ''}`;
    return `<text x="${labelWidth - 10}" y="${rowTop + 15}" text-anchor="end">${escapeXml(bar.label)}</text>
<rect x="${labelWidth}" y="${rowTop + 3}" width="${scale(bar.value).toFixed(1)}" height="${rowHeight - 8}" rx="2" fill="#2b6cb0"/>
<text x="${(labelWidth + scale(bar.value) + 6).toFixed(1)}" y="${rowTop + 15}" fill="#333" stroke="#fff" stroke-width="3" paint-order="stroke">${escapeXml(text)}</text>`;
  });
  const mark = chart.mark;
  const markLine = mark
    ? `<line x1="${labelWidth + scale(mark.value)}" x2="${labelWidth + scale(mark.value)}" y1="${top - 8}" y2="${bottom + 4}" stroke="#c53030" stroke-dasharray="4 3"/>
<text x="${labelWidth + scale(mark.value)}" y="${top - 14}" text-anchor="middle" fill="#c53030">${escapeXml(mark.label)}</text>`
    : '';
  return `<text x="16" y="${y + 26}" font-size="16" font-weight="600">${escapeXml(chart.title)}</text>
${markLine}
${bars.join('\n')}`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
