-- AlterTable
ALTER TABLE "Order" ADD COLUMN     "currency" TEXT,
ADD COLUMN     "priceMinor" INTEGER;

-- CreateTable
CREATE TABLE "TreatmentRequest" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "patientId" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "condition" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "requestedAt" TIMESTAMPTZ(3) NOT NULL,
    "decidedAt" TIMESTAMPTZ(3),
    "decidedBy" TEXT,
    "reportedAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "TreatmentRequest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TreatmentPlan" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "patientId" UUID NOT NULL,
    "requestId" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "writtenBy" TEXT NOT NULL,
    "writtenAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),
    "reportedAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "TreatmentPlan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Credit" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "patientId" UUID NOT NULL,
    "amountMinor" INTEGER NOT NULL,
    "currency" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "by" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Credit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PatientLogin" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "patientId" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "sessionId" UUID,
    "reason" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "PatientLogin_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "TreatmentRequest_patientId_requestedAt_idx" ON "TreatmentRequest"("patientId", "requestedAt");

-- CreateIndex
CREATE UNIQUE INDEX "TreatmentRequest_facilityId_number_key" ON "TreatmentRequest"("facilityId", "number");

-- CreateIndex
CREATE INDEX "TreatmentPlan_patientId_writtenAt_idx" ON "TreatmentPlan"("patientId", "writtenAt");

-- CreateIndex
CREATE INDEX "TreatmentPlan_requestId_idx" ON "TreatmentPlan"("requestId");

-- CreateIndex
CREATE UNIQUE INDEX "TreatmentPlan_facilityId_number_key" ON "TreatmentPlan"("facilityId", "number");

-- CreateIndex
CREATE INDEX "Credit_patientId_at_id_idx" ON "Credit"("patientId", "at", "id");

-- CreateIndex
CREATE INDEX "PatientLogin_patientId_startedAt_id_idx" ON "PatientLogin"("patientId", "startedAt", "id");

-- CreateIndex
CREATE INDEX "PatientLogin_personId_idx" ON "PatientLogin"("personId");

-- CreateIndex
CREATE INDEX "PatientLogin_sessionId_idx" ON "PatientLogin"("sessionId");

-- AddForeignKey
ALTER TABLE "TreatmentRequest" ADD CONSTRAINT "TreatmentRequest_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TreatmentPlan" ADD CONSTRAINT "TreatmentPlan_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TreatmentPlan" ADD CONSTRAINT "TreatmentPlan_requestId_fkey" FOREIGN KEY ("requestId") REFERENCES "TreatmentRequest"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Credit" ADD CONSTRAINT "Credit_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PatientLogin" ADD CONSTRAINT "PatientLogin_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PatientLogin" ADD CONSTRAINT "PatientLogin_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PatientLogin" ADD CONSTRAINT "PatientLogin_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE SET NULL ON UPDATE CASCADE;


-- From here on: what the Prisma schema cannot say.

-- R-20: what is given is more than nothing, and a session is logged in as one patient at a time.
ALTER TABLE "Credit" ADD CONSTRAINT "Credit_positive" CHECK ("amountMinor" > 0);
CREATE UNIQUE INDEX "PatientLogin_one_a_session" ON "PatientLogin" ("sessionId") WHERE "endedAt" IS NULL;
