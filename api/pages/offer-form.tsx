import type { Interval } from '../../domain/interval.ts';
import { ladderModes } from '../../domain/offer-ladder.ts';
import { useSpeech } from './reader.ts';

/** F-01: begins to offer a free time of a practitioner to those who wait and fit, in the way that is chosen. */
export function OfferForm({ practitionerId, startsAt, endsAt }: Interval & { practitionerId: string }) {
  const { words } = useSpeech();
  return (
    <form method="post" action="/offers" className="row">
      <input type="hidden" name="practitionerId" value={practitionerId} />
      <input type="hidden" name="startsAt" value={startsAt} />
      <input type="hidden" name="endsAt" value={endsAt} />
      <label>
        {words('desk.field.how')}
        <select name="mode" required>
          {ladderModes.map((mode) => (
            <option key={mode} value={mode}>
              {words(`offer.mode.${mode}`)}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">{words('offer.start')}</button>
    </form>
  );
}
