-- CreateTable
CREATE TABLE "RoomHoursException" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "roomId" UUID NOT NULL,
    "firstDate" DATE NOT NULL,
    "lastDate" DATE NOT NULL,
    "opensAt" TEXT,
    "closesAt" TEXT,
    "reason" TEXT,

    CONSTRAINT "RoomHoursException_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Holiday" (
    "facilityId" UUID NOT NULL,
    "date" DATE NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "Holiday_pkey" PRIMARY KEY ("facilityId","date")
);

-- CreateIndex
CREATE INDEX "RoomHoursException_roomId_lastDate_idx" ON "RoomHoursException"("roomId", "lastDate");

-- AddForeignKey
ALTER TABLE "RoomHoursException" ADD CONSTRAINT "RoomHoursException_roomId_fkey" FOREIGN KEY ("roomId") REFERENCES "Room"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Holiday" ADD CONSTRAINT "Holiday_facilityId_fkey" FOREIGN KEY ("facilityId") REFERENCES "Facility"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- One answer a day: exceptions of a room never overlap. The index behind it also finds the exception of a date.
ALTER TABLE "RoomHoursException" ADD CONSTRAINT "RoomHoursException_no_day_twice"
  EXCLUDE USING gist ("roomId" WITH =, daterange("firstDate", "lastDate", '[]') WITH &&);
ALTER TABLE "RoomHoursException" ADD CONSTRAINT "RoomHoursException_dates" CHECK ("lastDate" >= "firstDate");
ALTER TABLE "RoomHoursException" ADD CONSTRAINT "RoomHoursException_times"
  CHECK (("opensAt" IS NULL) = ("closesAt" IS NULL) AND "closesAt" > "opensAt");
