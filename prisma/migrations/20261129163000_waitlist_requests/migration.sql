-- CreateTable
CREATE TABLE "WaitlistRequest" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "givenName" TEXT NOT NULL,
    "familyName" TEXT NOT NULL,
    "birthDate" DATE,
    "phone" TEXT NOT NULL,
    "email" TEXT,
    "language" TEXT NOT NULL,
    "practitionerId" UUID,
    "profession" TEXT,
    "comment" TEXT NOT NULL,
    "validUntil" DATE,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "confirmedAt" TIMESTAMPTZ(3),
    "patientId" UUID,
    "waitlistEntryId" UUID,

    CONSTRAINT "WaitlistRequest_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "WaitlistRequest_facilityId_expiresAt_idx" ON "WaitlistRequest"("facilityId", "expiresAt");

-- CreateIndex
CREATE INDEX "WaitlistRequest_phone_createdAt_idx" ON "WaitlistRequest"("phone", "createdAt");

-- CreateIndex
CREATE INDEX "WaitlistRequest_patientId_idx" ON "WaitlistRequest"("patientId");

-- AddForeignKey
ALTER TABLE "WaitlistRequest" ADD CONSTRAINT "WaitlistRequest_facilityId_fkey" FOREIGN KEY ("facilityId") REFERENCES "Facility"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- From here on: what the Prisma schema cannot say.

-- A message and its link are for one person, for one patient, or for whoever wants to be on the waitlist and is nobody yet (F-20).
ALTER TABLE "Message" DROP CONSTRAINT "Message_one_reader";
ALTER TABLE "Message" ADD CONSTRAINT "Message_one_reader" CHECK (
  num_nonnulls("personId", "patientId") = 1
  OR (num_nonnulls("personId", "patientId") = 0 AND (kind = 'reply' OR "subjectKind" = 'waitlist-request'))
);
ALTER TABLE "ActionLink" DROP CONSTRAINT "ActionLink_one_holder";
ALTER TABLE "ActionLink" ADD CONSTRAINT "ActionLink_one_holder"
  CHECK (num_nonnulls("personId", "patientId") = 1 OR (num_nonnulls("personId", "patientId") = 0 AND "subjectKind" = 'waitlist-request'));
