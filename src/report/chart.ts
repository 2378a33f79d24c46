import { drawBars } from './bar-panel.ts';
import { drawLines } from './line-panel.ts';
import { escapeXml, type Panel } from './svg.ts';

/** Whose figure it is: other people's have a colour of their own. Ours where nothing is said. */
export type Owner = 'ours' | 'peer';

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** What `value` is made of, in the order of the chart's `parts`; it stands side by side in the bar. */
  readonly parts?: readonly number[];
  /** Small print behind the figure. */
  readonly note?: string;
  readonly owner?: Owner;
}

/** Horizontal bars, for things that have no order. */
export interface BarChart {
  readonly kind: 'bars';
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
  /** What the bars are made of, in words. */
  readonly parts?: readonly string[];
}

/** An axis from 0, or by powers of two, where steps are doublings. */
export interface Axis {
  /** What stands along it, with its unit: "people talking at once", "ms". */
  readonly label: string;
  readonly scale: 'linear' | 'log2';
}

export interface Line {
  readonly label: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly owner?: Owner;
  readonly isDashed?: boolean;
}

/** How a figure grows with another. */
export interface LineChart {
  readonly kind: 'lines';
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
}

export type Chart = BarChart | LineChart;

const footHeight = 40;

/**
 * The charts, one below the other, as an SVG document.
 * @param footer small print: the machine, the date.
 */
export function renderCharts(charts: readonly Chart[], footer: string): string {
  const panels = charts.map((chart) => (chart.kind === 'bars' ? drawBars(chart) : drawLines(chart)));
  const width = Math.ceil(Math.max(...panels.map((panel) => panel.width)));
  const height = panels.reduce((sum, panel) => sum + panel.height, 0) + footHeight;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
${stack(panels)}
<text x="16" y="${height - 12}" font-size="11" fill="#666">${escapeXml(footer)}</text>
</svg>
`;
}

function stack(panels: readonly Panel[]): string {
  let top = 0;
  return panels
    .map(({ body, height }) => {
      const placed = `<g transform="translate(0 ${top})">\n${body}\n</g>`;
      top += height;
      return placed;
    })
    .join('\n');
}
