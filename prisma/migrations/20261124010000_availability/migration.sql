-- AlterTable
ALTER TABLE "Provider" ADD COLUMN     "availability" JSONB,
ADD COLUMN     "minCaseMinutes" INTEGER,
ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "Person" ADD COLUMN     "availabilityAlerts" TEXT NOT NULL DEFAULT 'real-time',
ADD COLUMN     "dailyHour" INTEGER NOT NULL DEFAULT 7;

-- CreateTable
CREATE TABLE "Opening" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "roomId" UUID NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,
    "intervals" JSONB NOT NULL,
    "runs" JSONB NOT NULL,
    "cause" TEXT NOT NULL,
    "subjectKind" TEXT NOT NULL,
    "subjectId" UUID NOT NULL,
    "knownTo" UUID[],
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    "takenBackAt" TIMESTAMPTZ(3),
    "recordedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Opening_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Opening_facilityId_openedAt_id_idx" ON "Opening"("facilityId", "openedAt", "id");

-- CreateIndex
CREATE INDEX "Opening_subjectKind_subjectId_idx" ON "Opening"("subjectKind", "subjectId");

-- AddForeignKey
ALTER TABLE "Opening" ADD CONSTRAINT "Opening_roomId_fkey" FOREIGN KEY ("roomId") REFERENCES "Room"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

ALTER TABLE "Person" ADD CONSTRAINT "Person_availability_alerts" CHECK ("availabilityAlerts" IN ('real-time', 'daily', 'off') AND "dailyHour" BETWEEN 0 AND 23);
ALTER TABLE "Provider" ADD CONSTRAINT "Provider_min_case" CHECK ("minCaseMinutes" > 0);
ALTER TABLE "Opening" ADD CONSTRAINT "Opening_interval" CHECK ("endsAt" > "startsAt");
