-- AlterTable
ALTER TABLE "ConversationMessage" DROP COLUMN "sentAt",
ADD COLUMN     "ticketId" UUID;

-- CreateTable
CREATE TABLE "TeamPost" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "teamId" UUID NOT NULL,
    "byId" UUID,
    "by" TEXT NOT NULL,
    "meantForId" UUID,
    "text" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "TeamPost_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "TeamPost_teamId_at_id_idx" ON "TeamPost"("teamId", "at", "id");

-- AddForeignKey
ALTER TABLE "TeamPost" ADD CONSTRAINT "TeamPost_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TeamPost" ADD CONSTRAINT "TeamPost_meantForId_fkey" FOREIGN KEY ("meantForId") REFERENCES "Person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

-- A reply goes to the address that wrote, whoever's it is.
ALTER TABLE "Message" DROP CONSTRAINT "Message_one_reader";
ALTER TABLE "Message" ADD CONSTRAINT "Message_one_reader" CHECK (
  num_nonnulls("personId", "patientId") = 1 OR (kind = 'reply' AND num_nonnulls("personId", "patientId") = 0)
);
UPDATE "ConversationMessage" SET state = 'answered' WHERE direction = 'outbound' AND state IN ('waiting', 'sent', 'failed');
