import type { SpecialDay } from '../../domain/room-hours.ts';
import type { Speech } from '../../words/speech.ts';

/** `closed, New ventilation`, `open 08:00–12:00`, `holiday, Independence Day`. */
export function specialDayIn(special: SpecialDay, { words }: Speech): string {
  if ('holiday' in special) return words('room.holiday', { name: special.holiday });
  const { opensAt, closesAt, reason } = special.exception;
  const hours = opensAt === null ? words('room.closed') : words('room.open', { from: opensAt, to: closesAt! });
  return reason ? words('room.because', { hours, reason }) : hours;
}
