-- AlterTable
ALTER TABLE "Team" ADD COLUMN     "hours" JSONB NOT NULL DEFAULT '[{"weekday":1,"from":"09:00","to":"17:00"},{"weekday":2,"from":"09:00","to":"17:00"},{"weekday":3,"from":"09:00","to":"17:00"},{"weekday":4,"from":"09:00","to":"17:00"},{"weekday":5,"from":"09:00","to":"17:00"}]';

-- CreateTable
CREATE TABLE "TicketType" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "area" TEXT NOT NULL,
    "teamId" UUID NOT NULL,
    "roles" TEXT[],
    "scope" TEXT NOT NULL DEFAULT 'all',
    "growth" BOOLEAN NOT NULL DEFAULT false,
    "fields" JSONB NOT NULL DEFAULT '[]',
    "closing" JSONB NOT NULL DEFAULT '[]',
    "rule" TEXT,
    "source" TEXT,
    "matters" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "slaMinutes" INTEGER,
    "warnMinutes" INTEGER NOT NULL DEFAULT 0,
    "returnMinutes" INTEGER,
    "returnTo" TEXT NOT NULL DEFAULT 'next',
    "takeoverTeamId" UUID,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "TicketType_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Ticket" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "typeId" UUID NOT NULL,
    "teamId" UUID NOT NULL,
    "assigneeId" UUID,
    "patientId" UUID,
    "practitionerId" UUID,
    "subject" TEXT NOT NULL,
    "fields" JSONB NOT NULL DEFAULT '{}',
    "outcome" JSONB,
    "origin" TEXT NOT NULL,
    "openedBy" TEXT NOT NULL,
    "aboutKind" TEXT,
    "aboutId" UUID,
    "priority" BOOLEAN NOT NULL DEFAULT false,
    "state" TEXT NOT NULL DEFAULT 'open',
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    "dueAt" TIMESTAMPTZ(3),
    "assignedAt" TIMESTAMPTZ(3),
    "heardAt" TIMESTAMPTZ(3),
    "triedIds" UUID[] DEFAULT ARRAY[]::UUID[],
    "routedAt" TIMESTAMPTZ(3),
    "unableAt" TIMESTAMPTZ(3),
    "warnedAt" TIMESTAMPTZ(3),
    "escalatedAt" TIMESTAMPTZ(3),
    "closedAt" TIMESTAMPTZ(3),
    "closedBy" TEXT,
    "next" JSONB NOT NULL,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "Ticket_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TicketPause" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "ticketId" UUID NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3),
    "until" TIMESTAMPTZ(3),
    "because" TEXT NOT NULL,

    CONSTRAINT "TicketPause_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TicketNote" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "ticketId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "TicketNote_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Subscription" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "patientId" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'active',
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "cancelledAt" TIMESTAMPTZ(3),
    "cancelledBy" TEXT,
    "reportedAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "Subscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LabOrder" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "patientId" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'active',
    "replacesId" UUID,
    "orderedAt" TIMESTAMPTZ(3) NOT NULL,
    "reportedAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "LabOrder_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Order" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "patientId" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "orderedAt" TIMESTAMPTZ(3) NOT NULL,
    "reportedAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "Order_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "TicketType_teamId_idx" ON "TicketType"("teamId");

-- CreateIndex
CREATE UNIQUE INDEX "TicketType_facilityId_key_key" ON "TicketType"("facilityId", "key");

-- CreateIndex
CREATE INDEX "Ticket_facilityId_openedAt_id_idx" ON "Ticket"("facilityId", "openedAt", "id");

-- CreateIndex
CREATE INDEX "Ticket_teamId_state_nextAt_idx" ON "Ticket"("teamId", "state", "nextAt");

-- CreateIndex
CREATE INDEX "Ticket_assigneeId_state_idx" ON "Ticket"("assigneeId", "state");

-- CreateIndex
CREATE INDEX "Ticket_patientId_openedAt_idx" ON "Ticket"("patientId", "openedAt");

-- CreateIndex
CREATE INDEX "Ticket_typeId_idx" ON "Ticket"("typeId");

-- CreateIndex
CREATE INDEX "Ticket_aboutKind_aboutId_idx" ON "Ticket"("aboutKind", "aboutId");

-- CreateIndex
CREATE INDEX "TicketPause_ticketId_startsAt_idx" ON "TicketPause"("ticketId", "startsAt");

-- CreateIndex
CREATE INDEX "TicketNote_ticketId_at_idx" ON "TicketNote"("ticketId", "at");

-- CreateIndex
CREATE INDEX "Subscription_patientId_startedAt_idx" ON "Subscription"("patientId", "startedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Subscription_facilityId_number_key" ON "Subscription"("facilityId", "number");

-- CreateIndex
CREATE INDEX "LabOrder_patientId_orderedAt_idx" ON "LabOrder"("patientId", "orderedAt");

-- CreateIndex
CREATE INDEX "LabOrder_replacesId_idx" ON "LabOrder"("replacesId");

-- CreateIndex
CREATE UNIQUE INDEX "LabOrder_facilityId_number_key" ON "LabOrder"("facilityId", "number");

-- CreateIndex
CREATE INDEX "Order_patientId_orderedAt_idx" ON "Order"("patientId", "orderedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Order_facilityId_number_key" ON "Order"("facilityId", "number");

-- AddForeignKey
ALTER TABLE "TicketType" ADD CONSTRAINT "TicketType_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TicketType" ADD CONSTRAINT "TicketType_takeoverTeamId_fkey" FOREIGN KEY ("takeoverTeamId") REFERENCES "Team"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Ticket" ADD CONSTRAINT "Ticket_facilityId_fkey" FOREIGN KEY ("facilityId") REFERENCES "Facility"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Ticket" ADD CONSTRAINT "Ticket_typeId_fkey" FOREIGN KEY ("typeId") REFERENCES "TicketType"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Ticket" ADD CONSTRAINT "Ticket_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Ticket" ADD CONSTRAINT "Ticket_assigneeId_fkey" FOREIGN KEY ("assigneeId") REFERENCES "Person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Ticket" ADD CONSTRAINT "Ticket_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Ticket" ADD CONSTRAINT "Ticket_practitionerId_fkey" FOREIGN KEY ("practitionerId") REFERENCES "Practitioner"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TicketPause" ADD CONSTRAINT "TicketPause_ticketId_fkey" FOREIGN KEY ("ticketId") REFERENCES "Ticket"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TicketNote" ADD CONSTRAINT "TicketNote_ticketId_fkey" FOREIGN KEY ("ticketId") REFERENCES "Ticket"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Subscription" ADD CONSTRAINT "Subscription_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LabOrder" ADD CONSTRAINT "LabOrder_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LabOrder" ADD CONSTRAINT "LabOrder_replacesId_fkey" FOREIGN KEY ("replacesId") REFERENCES "LabOrder"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Order" ADD CONSTRAINT "Order_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
