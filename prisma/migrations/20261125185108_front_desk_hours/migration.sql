-- AlterTable
ALTER TABLE "Patient" ADD COLUMN     "searchName" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "Appointment" ADD COLUMN     "fulfilledAt" TIMESTAMPTZ(3),
ADD COLUMN     "noShowAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "PractitionerHours" (
    "practitionerId" UUID NOT NULL,
    "weekday" INTEGER NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,

    CONSTRAINT "PractitionerHours_pkey" PRIMARY KEY ("practitionerId","weekday","from")
);

-- CreateTable
CREATE TABLE "PractitionerException" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "practitionerId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT,

    CONSTRAINT "PractitionerException_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RememberedPatient" (
    "sessionId" UUID NOT NULL,
    "patientId" UUID NOT NULL,
    "appointmentId" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "RememberedPatient_pkey" PRIMARY KEY ("sessionId")
);

-- CreateIndex
CREATE INDEX "PractitionerException_practitionerId_startsAt_idx" ON "PractitionerException"("practitionerId", "startsAt");

-- CreateIndex
CREATE INDEX "Patient_facilityId_phone_idx" ON "Patient"("facilityId", "phone");

-- CreateIndex
CREATE INDEX "Patient_facilityId_birthDate_idx" ON "Patient"("facilityId", "birthDate");

-- AddForeignKey
ALTER TABLE "PractitionerHours" ADD CONSTRAINT "PractitionerHours_practitionerId_fkey" FOREIGN KEY ("practitionerId") REFERENCES "Practitioner"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PractitionerException" ADD CONSTRAINT "PractitionerException_practitionerId_fkey" FOREIGN KEY ("practitionerId") REFERENCES "Practitioner"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RememberedPatient" ADD CONSTRAINT "RememberedPatient_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RememberedPatient" ADD CONSTRAINT "RememberedPatient_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

ALTER TABLE "PractitionerHours" ADD CONSTRAINT "PractitionerHours_in_order" CHECK ("from" < "to" AND "weekday" BETWEEN 1 AND 7);
ALTER TABLE "PractitionerException" ADD CONSTRAINT "PractitionerException_interval" CHECK ("endsAt" > "startsAt" AND "kind" IN ('added', 'away'));
ALTER TABLE "Appointment" ADD CONSTRAINT "Appointment_status"
  CHECK ("status" IN ('booked', 'arrived', 'fulfilled', 'cancelled', 'noshow'));

-- The beginning of any word of a name, among hundreds of thousands of patients.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX "Patient_searchName_idx" ON "Patient" USING gin ("searchName" gin_trgm_ops);

-- What a step of the no-show rule asks: the visits of a patient that still stand.
CREATE INDEX "Appointment_ahead_idx" ON "Appointment" ("patientId", "startsAt") WHERE "status" = 'booked';
