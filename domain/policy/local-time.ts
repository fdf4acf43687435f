import { z } from 'zod';

/** A time of day at the facility. */
export const LocalTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a wall-clock time such as 07:00');
