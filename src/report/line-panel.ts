import { scaleFor } from './axis.ts';
import type { Line, LineChart } from './chart.ts';
import { colour, legend, type Panel, round, textAt, textWidth } from './svg.ts';
import { formatCell } from './table.ts';

const left = 84;
const plotWidth = 620;
const plotHeight = 260;
const titleHeight = 44;
const legendRowHeight = 22;
const axisHeight = 54;

/** Lines through all their points, both axes with ticks. */
export function drawLines({ title, x: xAxis, y: yAxis, lines }: LineChart): Panel {
  const points = lines.flatMap((line) => line.points);
  const across = scaleFor(
    points.map((point) => point.x),
    xAxis.scale,
  );
  const up = scaleFor(
    points.map((point) => point.y),
    yAxis.scale,
  );
  const styled = withColours(lines);
  const top = titleHeight + styled.length * legendRowHeight + 14;
  const bottom = top + plotHeight;
  const x = (value: number): number => left + across.place(value) * plotWidth;
  const y = (value: number): number => bottom - up.place(value) * plotHeight;
  const keys = styled.map(({ label, fill }, index) =>
    legend([{ label, fill }], left, titleHeight + 8 + index * legendRowHeight),
  );
  const columns = across.ticks.map(
    (tick) =>
      `<line x1="${round(x(tick))}" x2="${round(x(tick))}" y1="${top}" y2="${bottom}" stroke="#edf2f7"/>
${textAt(x(tick), bottom + 18, formatCell(tick), 'text-anchor="middle" fill="#666" font-size="11"')}`,
  );
  const rows = up.ticks.map(
    (tick) =>
      `<line x1="${left}" x2="${left + plotWidth}" y1="${round(y(tick))}" y2="${round(y(tick))}" stroke="#e2e8f0"/>
${textAt(left - 8, y(tick) + 4, formatCell(tick), 'text-anchor="end" fill="#666" font-size="11"')}`,
  );
  const drawn = styled.map(({ points: own, fill, isDashed }) => {
    const path = own.map((point) => `${round(x(point.x))},${round(y(point.y))}`).join(' ');
    const dots = own.map(
      (point) => `<circle cx="${round(x(point.x))}" cy="${round(y(point.y))}" r="3" fill="${fill}"/>`,
    );
    return `<polyline points="${path}" fill="none" stroke="${fill}" stroke-width="2"${isDashed ? ' stroke-dasharray="6 4"' : ''}/>
${dots.join('\n')}`;
  });
  return {
    width: Math.max(left + plotWidth + 30, 16 + textWidth(title) * 1.25, ...keys.map((key) => key.width)),
    height: bottom + axisHeight,
    body: `${textAt(16, 26, title, 'font-size="16" font-weight="600"')}
${keys.map((key) => key.body).join('\n')}
${columns.join('\n')}
${rows.join('\n')}
<polyline points="${left},${top} ${left},${bottom} ${left + plotWidth},${bottom}" fill="none" stroke="#718096"/>
${drawn.join('\n')}
${textAt(left + plotWidth / 2, bottom + 40, xAxis.label, 'text-anchor="middle" fill="#666"')}
${textAt(16, top - 10, yAxis.label, 'fill="#666"')}`,
  };
}

/** Each owner's lines in that owner's colours. */
function withColours(lines: readonly Line[]): readonly (Line & { readonly fill: string })[] {
  const counts = { ours: 0, peer: 0 };
  return lines.map((line) => ({ ...line, fill: colour(line.owner, counts[line.owner ?? 'ours']++) }));
}
