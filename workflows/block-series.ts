/**
 * A block series makes its blocks ahead of time: it sleeps until its next day comes within the horizon, makes the
 * block of that day, which begins a life of its own, and sleeps on. It ends with its last day.
 */
import { continueAsNew, proxyLocalActivities } from '@temporalio/workflow';

import type { SeriesActivities } from '../activities/series.ts';
import type { SeriesDecision, SeriesStep } from '../domain/series.ts';
import { lifeMessages, live } from './life.ts';
import { now, stepOptions } from './steps.ts';

const seriesMessages = lifeMessages<SeriesDecision>('series');

const series = proxyLocalActivities<SeriesActivities>(stepOptions);

type Input = { seriesId: string; next: SeriesStep; zone?: string };

export async function blockSeries({ seriesId, next, zone }: Input): Promise<void> {
  await live(seriesMessages, {
    next,
    zone,
    actions: ['end'],
    look: () => series.planSeries(seriesId, now()),
    decide: (decision) => series.decideSeries(seriesId, decision),
    due: {
      materialise: () => series.materialiseSeries(seriesId, now()),
      wait: () => series.planSeries(seriesId, now()),
      close: () => series.closeSeries(seriesId, now()),
    },
    continueAsNew: (next) => continueAsNew<typeof blockSeries>({ seriesId, next, ...(zone && { zone }) }),
  });
}
