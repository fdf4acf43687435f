-- CreateTable
CREATE TABLE "Clearance" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "appointmentId" UUID NOT NULL,
    "patientId" UUID NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "openedBy" TEXT NOT NULL,
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    "linkReason" TEXT,
    "linkSentAt" TIMESTAMPTZ(3),
    "registeredAt" TIMESTAMPTZ(3),
    "remindedAt" TIMESTAMPTZ(3),
    "urgedAt" TIMESTAMPTZ(3),
    "escalatedAt" TIMESTAMPTZ(3),
    "ticketId" UUID,
    "endedAt" TIMESTAMPTZ(3),
    "endedBy" TEXT,
    "next" JSONB NOT NULL,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "Clearance_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Clearance_facilityId_state_nextAt_idx" ON "Clearance"("facilityId", "state", "nextAt");

-- CreateIndex
CREATE INDEX "Clearance_appointmentId_idx" ON "Clearance"("appointmentId");

-- CreateIndex
CREATE INDEX "Clearance_patientId_idx" ON "Clearance"("patientId");

-- CreateIndex
CREATE INDEX "Clearance_ticketId_idx" ON "Clearance"("ticketId");

-- AddForeignKey
ALTER TABLE "Clearance" ADD CONSTRAINT "Clearance_facilityId_fkey" FOREIGN KEY ("facilityId") REFERENCES "Facility"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Clearance" ADD CONSTRAINT "Clearance_appointmentId_fkey" FOREIGN KEY ("appointmentId") REFERENCES "Appointment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Clearance" ADD CONSTRAINT "Clearance_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Clearance" ADD CONSTRAINT "Clearance_ticketId_fkey" FOREIGN KEY ("ticketId") REFERENCES "Ticket"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

-- One is open for a visit at a time; asked for again after its end, there is a new one.
CREATE UNIQUE INDEX "Clearance_one_open" ON "Clearance" ("appointmentId") WHERE state = 'open';
