/** Plots, drawn on the server as SVG. Whoever does not see them has the table beside them. */
import type { TopLevelSpec } from 'vega-lite';

const colour = '#0b5c6b';
const words = { labelFontSize: 13, titleFontSize: 13, labelColor: '#1b2733', titleColor: '#1b2733', titleFontWeight: 'normal' as const };

export type Bars = {
  /** What the plot says, for whoever does not see it. */
  says: string;
  bars: { label: string; value: number | null }[];
  axis: string;
  /** A share of 1 is shown as percent of a whole axis. */
  share?: boolean;
  /** Long labels lie beside their bars. */
  lying?: boolean;
};

/** Loaded with the first plot: half a second that no other start pays for. */
const libraries = () => Promise.all([import('vega'), import('vega-lite')]);

/** A bar for each value, in the order given; none where there is no value. */
export async function barsOf({ bars, axis, share = false, lying = false }: Bars): Promise<string> {
  const [{ parse, View }, { compile }] = await libraries();
  const named = { field: 'label', type: 'nominal' as const, sort: null, title: null };
  const measured = {
    field: 'value',
    type: 'quantitative' as const,
    title: axis,
    ...(share && { scale: { domain: [0, 1] } }),
    axis: { tickCount: 5, ...(share && { format: '.0%' }) },
  };
  const spec: TopLevelSpec = {
    width: lying ? 380 : 440,
    height: lying ? { step: 26 } : 170,
    background: 'transparent',
    padding: 2,
    config: { axis: words, view: { stroke: null }, font: 'sans-serif' },
    data: { values: bars.filter(({ value }) => value !== null) },
    mark: { type: 'bar', color: colour, tooltip: null },
    encoding: lying
      ? { y: { ...named, axis: { labelLimit: 180 } }, x: measured }
      : { x: { ...named, axis: { labelAngle: -40 }, scale: { domain: bars.map(({ label }) => label) } }, y: measured },
  };
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  return svg;
}

/** `svg`: of `barsOf`, which writes every text itself and escapes it. */
export function Plot({ says, svg }: { says: string; svg: string }) {
  return (
    <figure className="plot">
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: drawn by the library on this server, from numbers and our own labels */}
      <div role="img" aria-label={says} dangerouslySetInnerHTML={{ __html: svg }} />
    </figure>
  );
}
