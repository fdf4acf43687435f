import { condition, type SignalDefinition, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';

/** What one look at a queue gave: work was done and there may be more, or when something will be due, if anything will. */
export type Round = { again: true } | { again: false; nextAt: string | undefined };

/**
 * A life that empties a queue in the database: it sleeps while nothing is due and wakes when a step has written
 * something. Returns when a fresh run should take over; that run begins with a look of its own, so no signal is lost
 * between the two.
 */
export async function drainQueue(written: SignalDefinition, things: string, look: () => Promise<Round>): Promise<void> {
  let signals = 0;
  setHandler(written, () => void signals++, { description: `There are new ${things}: look what is due.` });

  while (!workflowInfo().continueAsNewSuggested) {
    const seen = signals; // a signal in the middle of a look must not be lost: the look may have read before it
    const round = await look();
    if (round.again) continue;
    const { nextAt } = round;
    setCurrentDetails(nextAt ? `**Next:** ${things} are due at ${nextAt}.` : `**Waiting** for ${things}: nothing is due.`);
    const news = () => signals !== seen;
    if (!nextAt) await condition(news);
    else await condition(news, untilMs(nextAt), { summary: `until the next ${things} are due` });
  }
}

/** What is due and could not be claimed is in somebody's hands for a moment: a second is soon enough. */
const untilMs = (instant: string) => Math.max(1000, Date.parse(instant) - Date.now());
