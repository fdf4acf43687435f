-- DropIndex
DROP INDEX "Block_roomId_startsAt_key";

-- AlterTable
ALTER TABLE "Block" ADD COLUMN     "seriesId" UUID;

-- CreateTable
CREATE TABLE "BlockSeries" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "roomId" UUID NOT NULL,
    "groupId" UUID NOT NULL,
    "providerId" UUID,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "recurrence" JSONB NOT NULL,
    "validFrom" DATE NOT NULL,
    "validUntil" DATE,
    "skippedDates" DATE[],
    "windowDays" INTEGER,
    "state" TEXT NOT NULL DEFAULT 'active',
    "materialisedUntil" DATE NOT NULL,
    "next" JSONB NOT NULL,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "BlockSeries_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "BlockSeries_facilityId_createdAt_id_idx" ON "BlockSeries"("facilityId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "BlockSeries_groupId_idx" ON "BlockSeries"("groupId");

-- CreateIndex
CREATE INDEX "BlockSeries_roomId_idx" ON "BlockSeries"("roomId");

-- CreateIndex
CREATE INDEX "BlockSeries_providerId_idx" ON "BlockSeries"("providerId");

-- CreateIndex
CREATE INDEX "Block_roomId_startsAt_idx" ON "Block"("roomId", "startsAt");

-- CreateIndex
CREATE INDEX "Block_seriesId_date_idx" ON "Block"("seriesId", "date");

-- AddForeignKey
ALTER TABLE "BlockSeries" ADD CONSTRAINT "BlockSeries_facilityId_fkey" FOREIGN KEY ("facilityId") REFERENCES "Facility"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BlockSeries" ADD CONSTRAINT "BlockSeries_roomId_fkey" FOREIGN KEY ("roomId") REFERENCES "Room"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BlockSeries" ADD CONSTRAINT "BlockSeries_groupId_fkey" FOREIGN KEY ("groupId") REFERENCES "Group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BlockSeries" ADD CONSTRAINT "BlockSeries_providerId_fkey" FOREIGN KEY ("providerId") REFERENCES "Provider"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Block" ADD CONSTRAINT "Block_seriesId_fkey" FOREIGN KEY ("seriesId") REFERENCES "BlockSeries"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- A cancelled block leaves its time to others, and its day to another block of the series.
ALTER TABLE "Block" DROP CONSTRAINT "Block_no_minute_twice";
ALTER TABLE "Block" ADD CONSTRAINT "Block_no_minute_twice"
  EXCLUDE USING gist ("roomId" WITH =, tstzrange("startsAt", "endsAt") WITH &&) WHERE (state <> 'cancelled');
CREATE UNIQUE INDEX "Block_series_day_once" ON "Block" ("seriesId", date) WHERE state <> 'cancelled';
