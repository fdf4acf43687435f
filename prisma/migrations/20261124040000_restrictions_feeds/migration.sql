-- AlterTable
ALTER TABLE "Person" ADD COLUMN     "restrictedAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "CalendarFeed" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "tokenHash" TEXT NOT NULL,
    "facilityId" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "CalendarFeed_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "CalendarFeed_tokenHash_key" ON "CalendarFeed"("tokenHash");

-- CreateIndex
CREATE INDEX "CalendarFeed_personId_idx" ON "CalendarFeed"("personId");

-- CreateIndex
CREATE INDEX "Hold_requesterId_endedAt_idx" ON "Hold"("requesterId", "endedAt");

-- CreateIndex
CREATE INDEX "Hold_providerId_endedAt_idx" ON "Hold"("providerId", "endedAt");

-- AddForeignKey
ALTER TABLE "CalendarFeed" ADD CONSTRAINT "CalendarFeed_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

-- One address of a person stands at a time: a new one ends the one before (F-14).
CREATE UNIQUE INDEX "CalendarFeed_one_stands" ON "CalendarFeed" ("personId") WHERE "revokedAt" IS NULL;
