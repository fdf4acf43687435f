-- CreateTable
CREATE TABLE "WorklistItem" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "subjectKind" TEXT NOT NULL,
    "subjectId" UUID NOT NULL,
    "roomId" UUID NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,
    "what" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "acknowledgedAt" TIMESTAMPTZ(3),
    "acknowledgedBy" TEXT,
    "note" TEXT,
    "reference" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "WorklistItem_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "WorklistItem_subjectKind_subjectId_idx" ON "WorklistItem"("subjectKind", "subjectId");

-- CreateIndex
CREATE INDEX "WorklistItem_facilityId_since_id_idx" ON "WorklistItem"("facilityId", "since", "id");

-- From here on: what the Prisma schema cannot say.

-- The list to tick off and its reminders look only at what is open.
CREATE INDEX "WorklistItem_open" ON "WorklistItem" ("facilityId", "since", "id") WHERE "state" = 'open';
