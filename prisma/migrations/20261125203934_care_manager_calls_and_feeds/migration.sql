-- AlterTable
ALTER TABLE "Patient" ADD COLUMN     "number" TEXT;

-- AlterTable
ALTER TABLE "OpportunityNote" ADD COLUMN     "channel" TEXT,
ADD COLUMN     "outcome" TEXT;

-- CreateTable
CREATE TABLE "FeedBooking" (
    "facilityId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "appointmentId" UUID,
    "lastMessageAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "FeedBooking_pkey" PRIMARY KEY ("facilityId","kind","number")
);

-- CreateTable
CREATE TABLE "FeedMessage" (
    "facilityId" UUID NOT NULL,
    "sender" TEXT NOT NULL,
    "controlId" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "FeedMessage_pkey" PRIMARY KEY ("facilityId","sender","controlId")
);

-- CreateIndex
CREATE UNIQUE INDEX "Patient_facilityId_number_key" ON "Patient"("facilityId", "number");
