-- AlterTable
ALTER TABLE "Person" ADD COLUMN     "vacationReminders" BOOLEAN;

-- CreateTable
CREATE TABLE "Vacation" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "providerId" UUID NOT NULL,
    "from" DATE NOT NULL,
    "to" DATE NOT NULL,
    "enteredBy" TEXT NOT NULL,
    "enteredAt" TIMESTAMPTZ(3) NOT NULL,
    "cancelledAt" TIMESTAMPTZ(3),

    CONSTRAINT "Vacation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Vacation_providerId_from_idx" ON "Vacation"("providerId", "from");

-- CreateIndex
CREATE INDEX "Vacation_facilityId_enteredAt_id_idx" ON "Vacation"("facilityId", "enteredAt", "id");

-- AddForeignKey
ALTER TABLE "Vacation" ADD CONSTRAINT "Vacation_providerId_fkey" FOREIGN KEY ("providerId") REFERENCES "Provider"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
