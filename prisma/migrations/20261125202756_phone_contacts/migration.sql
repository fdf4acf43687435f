-- AlterTable
ALTER TABLE "RememberedPatient" ADD COLUMN     "contactId" UUID;

-- CreateTable
CREATE TABLE "PhoneContact" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "patientId" UUID NOT NULL,
    "by" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" TEXT NOT NULL,
    "note" TEXT NOT NULL,

    CONSTRAINT "PhoneContact_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "PhoneContact_patientId_at_id_idx" ON "PhoneContact"("patientId", "at", "id");

-- AddForeignKey
ALTER TABLE "RememberedPatient" ADD CONSTRAINT "RememberedPatient_contactId_fkey" FOREIGN KEY ("contactId") REFERENCES "PhoneContact"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PhoneContact" ADD CONSTRAINT "PhoneContact_patientId_fkey" FOREIGN KEY ("patientId") REFERENCES "Patient"("id") ON DELETE CASCADE ON UPDATE CASCADE;
