-- CreateTable
CREATE TABLE "Conversation" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "patientId" UUID,
    "practitionerId" UUID,
    "address" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "assigneeId" UUID,
    "taggedIds" UUID[] DEFAULT ARRAY[]::UUID[],
    "matters" JSONB NOT NULL,
    "queues" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "waitingSince" TIMESTAMPTZ(3),
    "handedOverAt" TIMESTAMPTZ(3),
    "flaggedAt" TIMESTAMPTZ(3),
    "flagReason" TEXT,
    "draftId" UUID,
    "lastSaidAt" TIMESTAMPTZ(3) NOT NULL,
    "clockFrom" TIMESTAMPTZ(3) NOT NULL,
    "reminders" INTEGER NOT NULL DEFAULT 0,
    "returnedAt" TIMESTAMPTZ(3),
    "doneAt" TIMESTAMPTZ(3),
    "next" JSONB NOT NULL,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Conversation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ConversationMessage" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "conversationId" UUID NOT NULL,
    "direction" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "externalId" TEXT,
    "decisionId" TEXT,
    "text" TEXT NOT NULL,
    "categories" TEXT[],
    "why" TEXT,
    "by" JSONB,
    "state" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "sentAt" TIMESTAMPTZ(3),

    CONSTRAINT "ConversationMessage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ReplyCategories" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "categories" JSONB NOT NULL,
    "proposedBy" TEXT NOT NULL,
    "proposedAt" TIMESTAMPTZ(3) NOT NULL,
    "signedOffBy" TEXT,
    "signedOffAt" TIMESTAMPTZ(3),

    CONSTRAINT "ReplyCategories_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SupportEntry" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "writtenBy" TEXT NOT NULL,
    "writtenAt" TIMESTAMPTZ(3) NOT NULL,
    "removedAt" TIMESTAMPTZ(3),

    CONSTRAINT "SupportEntry_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Conversation_facilityId_lastSaidAt_id_idx" ON "Conversation"("facilityId", "lastSaidAt", "id");

-- CreateIndex
CREATE INDEX "Conversation_patientId_idx" ON "Conversation"("patientId");

-- CreateIndex
CREATE INDEX "Conversation_address_idx" ON "Conversation"("address");

-- CreateIndex
CREATE UNIQUE INDEX "ConversationMessage_decisionId_key" ON "ConversationMessage"("decisionId");

-- CreateIndex
CREATE INDEX "ConversationMessage_conversationId_at_idx" ON "ConversationMessage"("conversationId", "at");

-- CreateIndex
CREATE UNIQUE INDEX "ConversationMessage_facilityId_channel_externalId_key" ON "ConversationMessage"("facilityId", "channel", "externalId");

-- CreateIndex
CREATE UNIQUE INDEX "ReplyCategories_facilityId_version_key" ON "ReplyCategories"("facilityId", "version");

-- CreateIndex
CREATE INDEX "SupportEntry_facilityId_writtenAt_id_idx" ON "SupportEntry"("facilityId", "writtenAt", "id");

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_facilityId_fkey" FOREIGN KEY ("facilityId") REFERENCES "Facility"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_practitionerId_fkey" FOREIGN KEY ("practitionerId") REFERENCES "Practitioner"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_assigneeId_fkey" FOREIGN KEY ("assigneeId") REFERENCES "Person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ConversationMessage" ADD CONSTRAINT "ConversationMessage_conversationId_fkey" FOREIGN KEY ("conversationId") REFERENCES "Conversation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

-- One thread an address, as long as it is not closed.
CREATE UNIQUE INDEX "Conversation_one_an_address" ON "Conversation" ("facilityId", "address") WHERE state <> 'closed';
CREATE INDEX "Conversation_waiting" ON "Conversation" ("facilityId", "state", "lastSaidAt") WHERE state <> 'closed';
