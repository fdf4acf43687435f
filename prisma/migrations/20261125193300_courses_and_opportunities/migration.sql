-- CreateTable
CREATE TABLE "CourseOfTreatment" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "patientId" UUID NOT NULL,
    "practitionerId" UUID NOT NULL,
    "payor" TEXT NOT NULL,
    "nhs" BOOLEAN NOT NULL,
    "costMinor" INTEGER NOT NULL,
    "udaValue" DECIMAL(8,2),
    "openedOn" DATE NOT NULL,
    "state" TEXT NOT NULL,
    "plannedVisits" JSONB NOT NULL DEFAULT '[]',
    "lastUpdatedAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CourseOfTreatment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CourseOfTreatmentEvent" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "courseId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "facts" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "recordedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CourseOfTreatmentEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Opportunity" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "courseId" UUID NOT NULL,
    "patientId" UUID NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'live',
    "status" TEXT NOT NULL DEFAULT 'open',
    "listed" BOOLEAN NOT NULL,
    "snoozedUntil" DATE,
    "assigneeId" UUID,
    "rejectedReason" TEXT,
    "next" JSONB NOT NULL,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Opportunity_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "OpportunityNote" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "opportunityId" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "by" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "OpportunityNote_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "CourseOfTreatment_patientId_idx" ON "CourseOfTreatment"("patientId");

-- CreateIndex
CREATE UNIQUE INDEX "CourseOfTreatment_facilityId_number_key" ON "CourseOfTreatment"("facilityId", "number");

-- CreateIndex
CREATE INDEX "CourseOfTreatmentEvent_courseId_recordedAt_idx" ON "CourseOfTreatmentEvent"("courseId", "recordedAt");

-- CreateIndex
CREATE INDEX "Opportunity_courseId_idx" ON "Opportunity"("courseId");

-- CreateIndex
CREATE INDEX "Opportunity_patientId_idx" ON "Opportunity"("patientId");

-- CreateIndex
CREATE INDEX "Opportunity_assigneeId_idx" ON "Opportunity"("assigneeId");

-- CreateIndex
CREATE INDEX "OpportunityNote_opportunityId_at_id_idx" ON "OpportunityNote"("opportunityId", "at", "id");

-- AddForeignKey
ALTER TABLE "CourseOfTreatment" ADD CONSTRAINT "CourseOfTreatment_facilityId_fkey" FOREIGN KEY ("facilityId") REFERENCES "Facility"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CourseOfTreatment" ADD CONSTRAINT "CourseOfTreatment_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CourseOfTreatment" ADD CONSTRAINT "CourseOfTreatment_practitionerId_fkey" FOREIGN KEY ("practitionerId") REFERENCES "Practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CourseOfTreatmentEvent" ADD CONSTRAINT "CourseOfTreatmentEvent_courseId_fkey" FOREIGN KEY ("courseId") REFERENCES "CourseOfTreatment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Opportunity" ADD CONSTRAINT "Opportunity_facilityId_fkey" FOREIGN KEY ("facilityId") REFERENCES "Facility"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Opportunity" ADD CONSTRAINT "Opportunity_courseId_fkey" FOREIGN KEY ("courseId") REFERENCES "CourseOfTreatment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Opportunity" ADD CONSTRAINT "Opportunity_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Opportunity" ADD CONSTRAINT "Opportunity_assigneeId_fkey" FOREIGN KEY ("assigneeId") REFERENCES "Person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OpportunityNote" ADD CONSTRAINT "OpportunityNote_opportunityId_fkey" FOREIGN KEY ("opportunityId") REFERENCES "Opportunity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

-- A course is one live opportunity at most.
CREATE UNIQUE INDEX "Opportunity_live" ON "Opportunity" ("courseId") WHERE "state" = 'live';
-- An appointment asks for those of its patient.
CREATE INDEX "Opportunity_live_patient" ON "Opportunity" ("patientId") WHERE "state" = 'live';

-- What was reported, and what somebody wrote down, is never changed or removed.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "CourseOfTreatmentEvent" FOR EACH ROW EXECUTE FUNCTION holdfast_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON "CourseOfTreatmentEvent" EXECUTE FUNCTION holdfast_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "OpportunityNote" FOR EACH ROW EXECUTE FUNCTION holdfast_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON "OpportunityNote" EXECUTE FUNCTION holdfast_append_only();
