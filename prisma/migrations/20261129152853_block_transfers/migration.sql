-- AlterTable
ALTER TABLE "Block" ADD COLUMN     "holderSince" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "Transfer" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "blockId" UUID NOT NULL,
    "returnBlockId" UUID,
    "fromGroupId" UUID NOT NULL,
    "fromProviderId" UUID,
    "toGroupId" UUID NOT NULL,
    "toProviderId" UUID,
    "windowDays" INTEGER NOT NULL,
    "returnWindowDays" INTEGER,
    "proposerId" UUID NOT NULL,
    "note" TEXT,
    "state" TEXT NOT NULL DEFAULT 'proposed',
    "proposedAt" TIMESTAMPTZ(3) NOT NULL,
    "acceptedAt" TIMESTAMPTZ(3),
    "remindedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "endedBecause" TEXT,
    "next" JSONB NOT NULL,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "Transfer_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Transfer_facilityId_proposedAt_id_idx" ON "Transfer"("facilityId", "proposedAt", "id");

-- CreateIndex
CREATE INDEX "Transfer_blockId_idx" ON "Transfer"("blockId");

-- CreateIndex
CREATE INDEX "Transfer_returnBlockId_idx" ON "Transfer"("returnBlockId");

-- CreateIndex
CREATE INDEX "Transfer_fromGroupId_idx" ON "Transfer"("fromGroupId");

-- CreateIndex
CREATE INDEX "Transfer_toGroupId_idx" ON "Transfer"("toGroupId");

-- CreateIndex
CREATE INDEX "Transfer_fromProviderId_idx" ON "Transfer"("fromProviderId");

-- CreateIndex
CREATE INDEX "Transfer_toProviderId_idx" ON "Transfer"("toProviderId");

-- CreateIndex
CREATE INDEX "Transfer_proposerId_idx" ON "Transfer"("proposerId");

-- AddForeignKey
ALTER TABLE "Transfer" ADD CONSTRAINT "Transfer_facilityId_fkey" FOREIGN KEY ("facilityId") REFERENCES "Facility"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Transfer" ADD CONSTRAINT "Transfer_blockId_fkey" FOREIGN KEY ("blockId") REFERENCES "Block"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Transfer" ADD CONSTRAINT "Transfer_returnBlockId_fkey" FOREIGN KEY ("returnBlockId") REFERENCES "Block"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Transfer" ADD CONSTRAINT "Transfer_fromGroupId_fkey" FOREIGN KEY ("fromGroupId") REFERENCES "Group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Transfer" ADD CONSTRAINT "Transfer_fromProviderId_fkey" FOREIGN KEY ("fromProviderId") REFERENCES "Provider"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Transfer" ADD CONSTRAINT "Transfer_toGroupId_fkey" FOREIGN KEY ("toGroupId") REFERENCES "Group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Transfer" ADD CONSTRAINT "Transfer_toProviderId_fkey" FOREIGN KEY ("toProviderId") REFERENCES "Provider"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Transfer" ADD CONSTRAINT "Transfer_proposerId_fkey" FOREIGN KEY ("proposerId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- F-07: of live proposals a block has one at most, as what is given and as what comes in return.
CREATE UNIQUE INDEX "Transfer_one_live_of_block" ON "Transfer" ("blockId") WHERE state IN ('proposed', 'accepted');
CREATE UNIQUE INDEX "Transfer_one_live_of_return" ON "Transfer" ("returnBlockId") WHERE state IN ('proposed', 'accepted');
ALTER TABLE "Transfer" ADD CONSTRAINT "Transfer_between_two" CHECK ("fromGroupId" <> "toGroupId" AND "blockId" <> "returnBlockId");
