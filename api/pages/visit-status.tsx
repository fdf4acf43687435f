import type { AppointmentStatus } from '../../domain/appointment.ts';
import { useSpeech } from './reader.ts';

const signs: Record<AppointmentStatus, string> = { booked: '', arrived: '●', fulfilled: '✓', cancelled: '✕', noshow: '✕' };

/** How a visit stands, in a sign and in a word: nobody needs to see a colour. */
export function VisitStatus({ status }: { status: AppointmentStatus }) {
  const { words } = useSpeech();
  return (
    <span className={`status ${status}`}>
      {signs[status] && <span aria-hidden="true">{signs[status]} </span>}
      {words(`visit.status.${status}`)}
    </span>
  );
}
