-- CreateTable
CREATE TABLE "TaskType" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "priority" INTEGER NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "TaskType_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Task" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "patientId" UUID NOT NULL,
    "typeId" UUID NOT NULL,
    "practitionerId" UUID,
    "profession" TEXT,
    "durationMinutes" INTEGER,
    "comment" TEXT NOT NULL,
    "actualFrom" DATE NOT NULL,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "assigneeId" UUID,
    "origin" TEXT NOT NULL DEFAULT 'desk',
    "appointmentId" UUID,
    "bookedAppointmentId" UUID,
    "closedAt" TIMESTAMPTZ(3),
    "closeReason" TEXT,
    "next" JSONB NOT NULL,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Task_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "WaitlistEntry" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "patientId" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "practitionerId" UUID,
    "profession" TEXT,
    "durationMinutes" INTEGER NOT NULL,
    "comment" TEXT NOT NULL,
    "validFrom" DATE NOT NULL,
    "validUntil" DATE NOT NULL,
    "dates" DATE[],
    "anyDays" BOOLEAN NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'active',
    "origin" TEXT NOT NULL DEFAULT 'booking',
    "refusedSlots" JSONB,
    "appointmentId" UUID,
    "bookedAppointmentId" UUID,
    "lastAskedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "endReason" TEXT,
    "next" JSONB NOT NULL,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "WaitlistEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "FreeInterval" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "practitionerId" UUID NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,
    "cause" TEXT NOT NULL,
    "freedAt" TIMESTAMPTZ(3) NOT NULL,
    "bestEntryId" UUID,

    CONSTRAINT "FreeInterval_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "TaskType_facilityId_priority_id_idx" ON "TaskType"("facilityId", "priority", "id");

-- CreateIndex
CREATE INDEX "Task_facilityId_createdAt_id_idx" ON "Task"("facilityId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Task_patientId_createdAt_idx" ON "Task"("patientId", "createdAt");

-- CreateIndex
CREATE INDEX "Task_typeId_idx" ON "Task"("typeId");

-- CreateIndex
CREATE INDEX "Task_practitionerId_idx" ON "Task"("practitionerId");

-- CreateIndex
CREATE INDEX "Task_assigneeId_idx" ON "Task"("assigneeId");

-- CreateIndex
CREATE INDEX "Task_appointmentId_idx" ON "Task"("appointmentId");

-- CreateIndex
CREATE INDEX "WaitlistEntry_facilityId_createdAt_id_idx" ON "WaitlistEntry"("facilityId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "WaitlistEntry_patientId_createdAt_idx" ON "WaitlistEntry"("patientId", "createdAt");

-- CreateIndex
CREATE INDEX "WaitlistEntry_practitionerId_idx" ON "WaitlistEntry"("practitionerId");

-- CreateIndex
CREATE INDEX "WaitlistEntry_appointmentId_idx" ON "WaitlistEntry"("appointmentId");

-- CreateIndex
CREATE INDEX "FreeInterval_facilityId_startsAt_id_idx" ON "FreeInterval"("facilityId", "startsAt", "id");

-- CreateIndex
CREATE INDEX "FreeInterval_practitionerId_startsAt_idx" ON "FreeInterval"("practitionerId", "startsAt");

-- AddForeignKey
ALTER TABLE "TaskType" ADD CONSTRAINT "TaskType_facilityId_fkey" FOREIGN KEY ("facilityId") REFERENCES "Facility"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Task" ADD CONSTRAINT "Task_facilityId_fkey" FOREIGN KEY ("facilityId") REFERENCES "Facility"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Task" ADD CONSTRAINT "Task_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Task" ADD CONSTRAINT "Task_typeId_fkey" FOREIGN KEY ("typeId") REFERENCES "TaskType"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Task" ADD CONSTRAINT "Task_practitionerId_fkey" FOREIGN KEY ("practitionerId") REFERENCES "Practitioner"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Task" ADD CONSTRAINT "Task_assigneeId_fkey" FOREIGN KEY ("assigneeId") REFERENCES "Person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "WaitlistEntry" ADD CONSTRAINT "WaitlistEntry_facilityId_fkey" FOREIGN KEY ("facilityId") REFERENCES "Facility"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "WaitlistEntry" ADD CONSTRAINT "WaitlistEntry_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "WaitlistEntry" ADD CONSTRAINT "WaitlistEntry_practitionerId_fkey" FOREIGN KEY ("practitionerId") REFERENCES "Practitioner"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FreeInterval" ADD CONSTRAINT "FreeInterval_facilityId_fkey" FOREIGN KEY ("facilityId") REFERENCES "Facility"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FreeInterval" ADD CONSTRAINT "FreeInterval_practitionerId_fkey" FOREIGN KEY ("practitionerId") REFERENCES "Practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

-- I-03, I-04: one of each standard kind; names differ by more than their case.
CREATE UNIQUE INDEX "TaskType_name" ON "TaskType" ("facilityId", lower("name"));
CREATE UNIQUE INDEX "TaskType_standard" ON "TaskType" ("facilityId", "kind") WHERE "kind" <> 'custom';

INSERT INTO "TaskType" ("facilityId", "kind", "name", "priority")
  SELECT f.id, t.kind, t.name, t.priority FROM "Facility" f,
    (VALUES ('cancelled', 'Cancelled', 10), ('scheduled', 'Scheduled', 20), ('check-up', 'Check-up', 30)) AS t (kind, name, priority);

-- Active tasks in their order (I-05), and those of a patient that can be closed (I-12).
CREATE INDEX "Task_active" ON "Task" ("facilityId", "actualFrom", "id") WHERE "state" <> 'closed';
CREATE INDEX "WaitlistEntry_active" ON "WaitlistEntry" ("facilityId", "validFrom", "id") WHERE "state" = 'active';

ALTER TABLE "WaitlistEntry" ADD CONSTRAINT "WaitlistEntry_days" CHECK ("anyDays" = (cardinality("dates") = 0));
ALTER TABLE "FreeInterval" ADD CONSTRAINT "FreeInterval_interval" CHECK ("endsAt" > "startsAt");

-- I-02, I-43: the order in which candidates for a freed interval are ranked, kept ready: the first that fit are read off, whoever else waits.
CREATE INDEX "WaitlistEntry_rank_practitioner" ON "WaitlistEntry"
  ("practitionerId", "type", "durationMinutes" DESC, "anyDays", "lastAskedAt" NULLS FIRST, "createdAt", "id")
  INCLUDE ("validFrom", "validUntil") WHERE "state" = 'active' AND "practitionerId" IS NOT NULL;
CREATE INDEX "WaitlistEntry_rank_profession" ON "WaitlistEntry"
  ("facilityId", "profession", "type", "durationMinutes" DESC, "anyDays", "lastAskedAt" NULLS FIRST, "createdAt", "id")
  INCLUDE ("validFrom", "validUntil") WHERE "state" = 'active' AND "practitionerId" IS NULL;
