import type { AppointmentStatus } from '../../domain/appointment.ts';

const words: Record<AppointmentStatus, [sign: string, text: string]> = {
  booked: ['', 'booked'],
  arrived: ['●', 'arrived'],
  fulfilled: ['✓', 'done'],
  cancelled: ['✕', 'cancelled'],
  noshow: ['✕', 'no-show'],
};

/** How a visit stands, in a sign and in a word: nobody needs to see a colour. */
export function VisitStatus({ status }: { status: AppointmentStatus }) {
  const [sign, text] = words[status];
  return (
    <span className={`status ${status}`}>
      {sign && <span aria-hidden="true">{sign} </span>}
      {text}
    </span>
  );
}
