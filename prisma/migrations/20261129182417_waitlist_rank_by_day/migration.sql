-- I-02, I-43: candidates for a freed interval in the order they are ranked. Those who come on any day are read off in that order, their
-- validity judged within the index; those who chose days are found by the day, so that nobody reads past the others.
CREATE EXTENSION IF NOT EXISTS btree_gin;

DROP INDEX "WaitlistEntry_rank_practitioner";
DROP INDEX "WaitlistEntry_rank_profession";

CREATE INDEX "WaitlistEntry_rank_practitioner" ON "WaitlistEntry"
  ("practitionerId", "type", "durationMinutes" DESC, "lastAskedAt" NULLS FIRST, "createdAt", "id", "validFrom", "validUntil")
  WHERE "state" = 'active' AND "anyDays" AND "practitionerId" IS NOT NULL;
CREATE INDEX "WaitlistEntry_rank_profession" ON "WaitlistEntry"
  ("facilityId", "profession", "type", "durationMinutes" DESC, "lastAskedAt" NULLS FIRST, "createdAt", "id", "validFrom", "validUntil")
  WHERE "state" = 'active' AND "anyDays" AND "practitionerId" IS NULL;

CREATE INDEX "WaitlistEntry_day_practitioner" ON "WaitlistEntry" USING gin ("practitionerId", "dates") WITH (fastupdate = off)
  WHERE "state" = 'active' AND NOT "anyDays" AND "practitionerId" IS NOT NULL;
CREATE INDEX "WaitlistEntry_day_profession" ON "WaitlistEntry" USING gin ("facilityId", "profession", "dates") WITH (fastupdate = off)
  WHERE "state" = 'active' AND NOT "anyDays" AND "practitionerId" IS NULL;
