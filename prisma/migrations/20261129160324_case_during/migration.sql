-- CreateIndex
CREATE INDEX "Case_facilityId_startsAt_id_idx" ON "Case"("facilityId", "startsAt", "id");

-- what lies on a block, a hold or a window is found by its overlap, however many cases the room has had
CREATE INDEX "Case_during" ON "Case" USING gist ("roomId", tstzrange("startsAt", "endsAt"));
CREATE INDEX "Release_during" ON "Release" USING gist ("roomId", tstzrange("startsAt", "endsAt")) WHERE "undoneAt" IS NULL;
