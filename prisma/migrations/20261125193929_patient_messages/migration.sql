-- DropForeignKey
ALTER TABLE "Message" DROP CONSTRAINT "Message_personId_fkey";

-- DropForeignKey
ALTER TABLE "ActionLink" DROP CONSTRAINT "ActionLink_personId_fkey";

-- DropIndex
DROP INDEX "Message_state_priority_sendAfter_idx";

-- AlterTable
ALTER TABLE "Person" ADD COLUMN     "language" TEXT NOT NULL DEFAULT 'en';

-- AlterTable
ALTER TABLE "Message" RENAME COLUMN "email" TO "address";
ALTER TABLE "Message" ADD COLUMN     "channel" TEXT NOT NULL DEFAULT 'mail',
ADD COLUMN     "patientId" UUID,
ALTER COLUMN "personId" DROP NOT NULL;

-- AlterTable
ALTER TABLE "MailBatch" ADD COLUMN     "tries" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "MailboxEntry" ADD COLUMN     "channel" TEXT NOT NULL DEFAULT 'mail';

-- AlterTable
ALTER TABLE "ActionLink" ADD COLUMN     "patientId" UUID,
ALTER COLUMN "personId" DROP NOT NULL;

-- CreateTable
CREATE TABLE "MessageTemplate" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "wordings" JSONB NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "MessageTemplate_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "MessageTemplate_facilityId_name_channel_key" ON "MessageTemplate"("facilityId", "name", "channel");

-- CreateIndex
CREATE INDEX "Message_channel_state_priority_sendAfter_idx" ON "Message"("channel", "state", "priority", "sendAfter");

-- CreateIndex
CREATE INDEX "Message_patientId_idx" ON "Message"("patientId");

-- CreateIndex
CREATE INDEX "ActionLink_patientId_idx" ON "ActionLink"("patientId");

-- CreateIndex
CREATE INDEX "Patient_phone_idx" ON "Patient"("phone");

-- AddForeignKey
ALTER TABLE "Message" ADD CONSTRAINT "Message_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Message" ADD CONSTRAINT "Message_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ActionLink" ADD CONSTRAINT "ActionLink_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ActionLink" ADD CONSTRAINT "ActionLink_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MessageTemplate" ADD CONSTRAINT "MessageTemplate_facilityId_fkey" FOREIGN KEY ("facilityId") REFERENCES "Facility"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

-- A message and its links are for one person or for one patient.
ALTER TABLE "Message" ADD CONSTRAINT "Message_one_reader" CHECK (num_nonnulls("personId", "patientId") = 1);
ALTER TABLE "ActionLink" ADD CONSTRAINT "ActionLink_one_holder" CHECK (num_nonnulls("personId", "patientId") = 1);
