-- AlterTable
ALTER TABLE "WaitlistEntry" ADD COLUMN     "offersOff" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "OfferLadder" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "practitionerId" UUID NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,
    "mode" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'offering',
    "endedAt" TIMESTAMPTZ(3),
    "next" JSONB NOT NULL,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "OfferLadder_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Offer" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "ladderId" UUID NOT NULL,
    "entryId" UUID NOT NULL,
    "patientId" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "offeredAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "answeredAt" TIMESTAMPTZ(3),
    "appointmentId" UUID,

    CONSTRAINT "Offer_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "OfferLadder_practitionerId_startsAt_idx" ON "OfferLadder"("practitionerId", "startsAt");

-- CreateIndex
CREATE INDEX "OfferLadder_facilityId_createdAt_id_idx" ON "OfferLadder"("facilityId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Offer_entryId_idx" ON "Offer"("entryId");

-- CreateIndex
CREATE INDEX "Offer_patientId_offeredAt_idx" ON "Offer"("patientId", "offeredAt");

-- CreateIndex
CREATE UNIQUE INDEX "Offer_ladderId_patientId_key" ON "Offer"("ladderId", "patientId");

-- AddForeignKey
ALTER TABLE "OfferLadder" ADD CONSTRAINT "OfferLadder_facilityId_fkey" FOREIGN KEY ("facilityId") REFERENCES "Facility"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OfferLadder" ADD CONSTRAINT "OfferLadder_practitionerId_fkey" FOREIGN KEY ("practitionerId") REFERENCES "Practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Offer" ADD CONSTRAINT "Offer_ladderId_fkey" FOREIGN KEY ("ladderId") REFERENCES "OfferLadder"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Offer" ADD CONSTRAINT "Offer_entryId_fkey" FOREIGN KEY ("entryId") REFERENCES "WaitlistEntry"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Offer" ADD CONSTRAINT "Offer_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

-- Nobody is offered the same minutes by two ladders.
ALTER TABLE "OfferLadder" ADD CONSTRAINT "OfferLadder_interval" CHECK ("endsAt" > "startsAt");
ALTER TABLE "OfferLadder" ADD CONSTRAINT "OfferLadder_one_at_a_time"
  EXCLUDE USING gist ("practitionerId" WITH =, tstzrange("startsAt", "endsAt") WITH &&) WHERE ("state" = 'offering');
