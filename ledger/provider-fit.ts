/** Whether open time is of use to a provider: their hours, their shortest case, and the days they are away. */
import { Prisma } from '../prisma/generated/client.ts';

/** F-06, within a statement about provider `v`: they are away on a day that `run` begins on. */
const isAway = (run: Prisma.Sql, zone: Prisma.Sql) => Prisma.sql`EXISTS (
    SELECT FROM "Vacation" a WHERE a."providerId" = v.id AND a."cancelledAt" IS NULL
      AND (lower(${run}) AT TIME ZONE ${zone})::date BETWEEN a."from" AND a."to")`;

/**
 * Within a statement whose facility's zone is `zone`: the longest part of `run` that provider `v` can use has `minutes`
 * (C-44), on a day they are not away (F-06).
 */
export const providerFits = (zone: Prisma.Sql, minutes: Prisma.Sql) => Prisma.sql`EXISTS (
    SELECT FROM (
      SELECT run AS part WHERE v.availability IS NULL
      UNION ALL
      SELECT run * tstzrange(starts, greatest(starts, ends)) FROM (
        SELECT (day + d."from"::time) AT TIME ZONE ${zone} AS starts, (day + d."to"::time) AT TIME ZONE ${zone} AS ends
        FROM jsonb_to_recordset(v.availability) AS d (weekday int, "from" text, "to" text),
          generate_series((lower(run) AT TIME ZONE ${zone})::date::timestamp, (upper(run) AT TIME ZONE ${zone})::date::timestamp, '1 day') AS day
        WHERE d.weekday = extract(isodow FROM day)) AS hours) AS parts
    WHERE upper(part) - lower(part) >= make_interval(mins => ${minutes})
      AND NOT ${isAway(Prisma.sql`part`, zone)})`;

/** A provider's own shortest case, else so many minutes. */
export const shortestCase = (minutes: Prisma.Sql) => Prisma.sql`coalesce(v."minCaseMinutes", ${minutes})`;
