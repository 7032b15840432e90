-- A queue of 16 items of 16 bits between two clocks: the one of Clash's standard library. Names of ports apart, nothing
-- is decided here.
module AsyncFifo where

import Clash.Explicit.Prelude

createDomain vSystem{vName="Writing", vPeriod=7000}
createDomain vSystem{vName="Reading", vPeriod=10000}

{-# ANN topEntity
  (Synthesize
    { t_name = "async_fifo"
    , t_inputs =
        [ PortName "wclk", PortName "rclk", PortName "wrst", PortName "rrst"
        , PortName "pop", PortName "push", PortName "item_in"
        ]
    , t_output = PortProduct "" [PortName "item_out", PortName "empty", PortName "full"]
    }) #-}
topEntity
  :: Clock Writing -> Clock Reading -> Reset Writing -> Reset Reading
  -> Signal Reading Bool -> Signal Writing Bool -> Signal Writing (Unsigned 16)
  -> (Signal Reading (Unsigned 16), Signal Reading Bool, Signal Writing Bool)
topEntity wclk rclk wrst rrst pop push item =
  asyncFIFOSynchronizer d4 wclk rclk wrst rrst enableGen enableGen pop
    (mux push (Just <$> item) (pure Nothing))
{-# NOINLINE topEntity #-}
