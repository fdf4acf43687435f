-- AlterTable
ALTER TABLE "ConversationMessage" DROP COLUMN "sentAt";

-- From here on: what the Prisma schema cannot say.

-- A reply goes to the address that wrote, whoever's it is.
ALTER TABLE "Message" DROP CONSTRAINT "Message_one_reader";
ALTER TABLE "Message" ADD CONSTRAINT "Message_one_reader" CHECK (
  num_nonnulls("personId", "patientId") = 1 OR (kind = 'reply' AND num_nonnulls("personId", "patientId") = 0)
);
UPDATE "ConversationMessage" SET state = 'answered' WHERE direction = 'outbound' AND state IN ('waiting', 'sent', 'failed');
