import { z } from 'zod';

/** A wall-clock time at the facility: 00:00 to 23:59. */
export const LocalTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a wall-clock time such as 07:00');

/** When something closes: 24:00 is the midnight at the day's end. */
export const ClosingTime = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'a wall-clock time such as 17:00, or 24:00');
